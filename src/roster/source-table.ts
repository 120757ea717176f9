import { usageError } from '../errors.ts';
import { cellText } from './clean-text.ts';
import type { FoundTable } from './find-table.ts';
import type { PlainCell, SourceTable } from './participant.ts';
import { columnLetter } from './sheet.ts';

/** rows × columns; more does not fit into 1 GB together with the rest */
const MAX_CELLS = 6_000_000;

/** The roster's own columns and rows in file order, to come back in keys.xlsx. Empty columns and our own of an earlier run are left out. */
export function sourceTable({ headings, headerRow, rows, ownColumns }: FoundTable): SourceTable {
  const used = new Set(headings.filter(({ text }) => text.trim() !== '').map(({ column }) => column));
  for (const row of rows) for (const cell of row.cells) used.add(cell.column);
  const columns = [...used].filter((column) => !ownColumns.includes(column)).sort((a, b) => a - b);
  if (columns.length * rows.length > MAX_CELLS) {
    throw usageError('too_big', 'The roster is too big: its cells are spread over too many columns.', {
      hint: 'Copy only the table of participants into a new workbook.',
    });
  }
  const titles = new Map(headerRow ? headings.map(({ column, text }) => [column, text]) : []);
  const position = new Map(columns.map((column, index) => [column, index]));
  return {
    header: columns.map((column) => titles.get(column) || `Column ${columnLetter(column)}`),
    rows: rows
      .filter((row) => row.cells.some(({ value, mark }) => mark !== undefined || cellText(value).trim() !== ''))
      .map((row) => {
        const cells = columns.map((): PlainCell => null);
        for (const cell of row.cells) {
          const at = position.get(cell.column);
          if (at !== undefined) cells[at] = cell.value;
        }
        return { row: row.number, cells };
      }),
  };
}
