import type { PlainCell } from '../../src/roster/participant.ts';
import type { Book } from '../../src/roster/sheet.ts';

/** A workbook of one sheet; empty texts are empty cells. */
export function bookOf(rows: readonly (readonly PlainCell[])[], name = 'S'): Book {
  const sheet = {
    name,
    hidden: false,
    merges: [],
    rows: rows.map((row, index) => ({
      number: index + 1,
      hidden: false,
      cells: row.flatMap((value, column) =>
        value === null || value === '' ? [] : [{ column, value, link: undefined, mark: undefined }],
      ),
    })),
  };
  return { file: 'roster.xlsx', kind: 'xlsx', remarks: [], sheets: [sheet] };
}
