import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRosterCommand } from '../../src/commands/roster/command.ts';
import { problemSheetOf } from '../../src/plan/problem-rows.ts';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { readRosterFile } from '../../src/workbook/read-roster-file.ts';
import { writeResultsWorkbook } from '../../src/workbook/write-results.ts';
import { createTestContext } from '../support/context.ts';

const CSV = `E-mail,Name,Surname,Limit
anna@example.org,Anna,Bērziņa,"0,5"
nobody,=1+1,Kalniņš,
zane@example.org,Zane,Ozola,
`;
const NOW = new Date('2026-01-20T12:00:00Z');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orkeys-roster-'));
  writeFileSync(join(folder, 'roster.csv'), CSV);
  mkdirSync(join(folder, 'several'));
  for (const name of ['day 1.csv', 'day 2.xlsx', '~$day 2.xlsx', 'notes.txt'])
    writeFileSync(join(folder, 'several', name), CSV);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(args: string[], input = '') {
  const codes: number[] = [];
  const ctx = createTestContext({ cwd: folder, columns: 80, now: () => NOW, stdin: new TextEncoder().encode(input) });
  await createRosterCommand({ ctx, args, helpText: () => '', finish: (exit) => codes.push(exit) }).parseAsync(args, {
    from: 'user',
  });
  return { code: codes[0], stdout: ctx.stdout.text() };
}

describe('roster check', () => {
  test.each([
    ['rooster.csv', 'Did you mean roster.csv?'],
    ['people.xlsx', 'Did you mean roster.csv?'],
    ['./rooster.csv', 'Did you mean roster.csv?'],
    ['several/people.xlsx', 'Spreadsheets in this folder: day 1.csv, day 2.xlsx'],
    ['several/day1.csv', `Did you mean ${join('several', 'day 1.csv')}?`],
    ['several/none/people.csv', 'Check the name and the folder.'],
    ['roster.csv/people.csv', 'Check the name and the folder.'],
  ])('%s is not there: it says what may be meant', async (file, hint) => {
    await expect(run(['check', file])).rejects.toMatchObject({ code: 'not_found', hint });
  });

  test('shows what was understood, and exits 0 when single rows have problems', async () => {
    const { code, stdout } = await run(['check', 'roster.csv']);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "roster.csv, header in row 1
      Columns: email A, name B, surname C, limit D

        row  name  surname  email             limit  expires
        2    Anna  Bērziņa  anna@example.org  $0.5
        4    Zane  Ozola    zane@example.org

      1 problem: rows listed here get no key
        Invalid email address: it has no @. Correct it, or delete the row.
          row 3, column A: nobody

      1 notice
        0,5 was read as 0.5 USD.
          row 2, column D: 0,5

      2 participants.
      Rows without a key, by reason:
        1  invalid email address
      "
    `);
  });

  test('prints the promised JSON', async () => {
    const { stdout } = await run(['check', '-', '--json'], CSV);
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      file: '-',
      sheet: '',
      header_row: 1,
      columns: { email: ['A'], name: ['B'], surname: ['C'], limit: ['D'] },
      participants: [
        { row: 2, rows: [2], emails: ['anna@example.org'], name: 'Anna', surname: 'Bērziņa', limit: 0.5 },
        { row: 4, rows: [4], emails: ['zane@example.org'], name: 'Zane', surname: 'Ozola' },
      ],
      totals: { participants: 2, rows_without_key: { invalid_email: 1 } },
      problems: [{ row: 3, column: 'A', code: 'invalid_email', message: expect.any(String), value: 'nobody' }],
      notices: [{ row: 2, column: 'D', code: 'limit_read', message: '0,5 was read as 0.5 USD.', value: '0,5' }],
    });
  });

  test('totals count the rows without a key by reason', async () => {
    const { stdout } = await run(
      ['check', '-', '--json'],
      'Email,Name,Status\na@example.org,Ada,Confirmed\nb@example.org,Bo,Cancelled\nc@example.org,Cy,Declined\nnobody,Di,Confirmed\n',
    );
    expect(JSON.parse(stdout).totals).toEqual({
      participants: 1,
      rows_without_key: { status_left_out: 2, invalid_email: 1 },
    });
  });

  test('a column can be mapped by hand', async () => {
    const { stdout } = await run(
      ['check', '-', '--json', '--column', 'email="Contact"'],
      'Contact,E-mail\na@example.org,b@example.org\n',
    );
    expect(JSON.parse(stdout).participants[0].emails).toEqual(['a@example.org']);
  });

  test('a missing file and a wrong mapping are usage errors', async () => {
    await expect(run(['check', 'none.xlsx'])).rejects.toMatchObject({ code: 'not_found', exitCode: 2 });
    await expect(run(['check', 'roster.csv', '--column', 'nonsense'])).rejects.toMatchObject({
      code: 'invalid_column_flag',
      exitCode: 2,
    });
  });
});

describe('problems.xlsx', () => {
  test('has the rejected rows, and can be corrected and fed back', async () => {
    const now = () => NOW;
    const roster = parseRoster(await readRosterFile({ file: 'r.csv', bytes: Buffer.from(CSV) }, now), { now: NOW });
    const bytes = await writeResultsWorkbook({ ...problemSheetOf(roster, roster.problems), at: NOW });
    const book = await readRosterFile({ file: 'problems.xlsx', bytes }, now);
    const values = book.sheets[0]?.rows.map((row) => row.cells.map(({ value, mark }) => [value, mark]));
    expect(values?.[0]?.map(([value]) => value)).toEqual(['E-mail', 'Name', 'Surname', 'Limit', 'problem']);
    expect(values?.[1]?.slice(0, 3)).toEqual([
      ['nobody', undefined],
      ['=1+1', undefined],
      ['Kalniņš', undefined],
    ]);
    expect(() => parseRoster(book, { now: NOW })).toThrow(expect.objectContaining({ code: 'no_participants' }));
    const address = book.sheets[0]?.rows[1]?.cells[0];
    if (address) address.value = 'janis@example.org';
    expect(parseRoster(book, { now: NOW })).toMatchObject({
      problems: [],
      participants: [{ emails: ['janis@example.org'], name: '=1+1' }],
    });
  });
});

test('the example roster is understood with its twelve people', async () => {
  const bytes = readFileSync(join(import.meta.dirname, '../../examples/participants.xlsx'));
  const roster = parseRoster(await readRosterFile({ file: 'participants.xlsx', bytes }, () => NOW), { now: NOW });
  expect(roster.problems).toEqual([]);
  expect(roster.participants).toHaveLength(12);
});
