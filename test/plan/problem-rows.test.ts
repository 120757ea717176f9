import { expect, test } from 'vitest';
import type { Issue } from '../../src/errors.ts';
import { problemSheetOf } from '../../src/plan/problem-rows.ts';

const table = { header: ['E-mail'], rows: [2, 3, 4].map((row) => ({ row, cells: [`p${row}@example.org`] })) };
const issue = (message: string, row?: number, column?: string): Issue => ({
  code: 'invalid_email',
  message,
  ...(row === undefined ? {} : { row }),
  ...(column === undefined ? {} : { column }),
});

test('rows with problems stand as they stood, each with all that is wrong with it', () => {
  const problems = [issue('twice', 4), issue('no address', 2, 'A'), issue('too long', 4, 'B'), issue('of the file')];
  expect(problemSheetOf({ table }, problems)).toMatchObject({
    rows: [{ cells: ['p2@example.org'] }, { cells: ['p4@example.org'] }],
    resultRows: [['Row 2, column A: no address'], ['Row 4: twice\nRow 4, column B: too long']],
  });
});
