import type { Issue } from '../errors.ts';
import type { ResultSheet } from '../journal/results.ts';
import type { Roster } from '../roster/participant.ts';

/** problems.xlsx: the rows that could not be used, as they stand in the roster, and why; to be corrected and fed back. */
export function problemSheetOf(roster: Pick<Roster, 'table'>, problems: readonly Issue[]): ResultSheet {
  const byRow = new Map<number, string[]>();
  for (const { row, column, message } of problems) {
    if (row === undefined) continue;
    const where = column === undefined ? `Row ${row}` : `Row ${row}, column ${column}`;
    byRow.set(row, [...(byRow.get(row) ?? []), `${where}: ${message}`]);
  }
  const rows = roster.table.rows.filter(({ row }) => byRow.has(row));
  return {
    sheetName: 'Problems',
    header: roster.table.header,
    rows: rows.map(({ cells }) => ({ cells })),
    resultHeader: ['problem'],
    resultRows: rows.map(({ row }) => [(byRow.get(row) ?? []).join('\n')]),
  };
}
