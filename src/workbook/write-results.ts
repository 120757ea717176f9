import type { PlainCell } from '../roster/participant.ts';
import { GROUPS_SHEET, OTHERS_SHEET } from '../roster/sheet.ts';
import { sheetTitle } from './cell-text.ts';
import { columnWidths } from './column-widths.ts';
import { addRow, HEADER, newWorkbook, SHEET, workbookBytes } from './sheet-rows.ts';

export interface ResultsTable {
  sheetName: string;
  /** the roster's own header texts */
  header: readonly string[];
  /** the roster's own rows, in file order */
  rows: readonly { cells: readonly PlainCell[] }[];
  /** what stands right of the roster's columns: `api_key`, … */
  resultHeader: readonly string[];
  /** one for each row */
  resultRows: readonly (readonly (string | number | null)[])[];
  /** a further sheet, if it has rows: one for each key that a group shares */
  groups?: ExtraTable;
  /** a further sheet, if it has rows: keys of nobody in the roster */
  others?: ExtraTable;
  /** shown as the workbook's date */
  at: Date;
}

interface ExtraTable {
  header: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

/** A hash only identifies a key for scripts: wide, it would make all print smaller. */
const HASH_WIDTH = 12;

/**
 * The roster's table with our columns to its right, as the bytes of a new .xlsx. Texts stay texts, whatever they look like.
 * The same table gives the same bytes.
 */
export async function writeResultsWorkbook(table: ResultsTable): Promise<Uint8Array> {
  if (table.rows.length !== table.resultRows.length) throw new Error('Rows and result rows differ in number.');
  const workbook = newWorkbook(table.at);
  const title = sheetTitle(table.sheetName);
  const sheet = workbook.addWorksheet(title, SHEET);
  const sourceWidth = Math.max(table.header.length, ...widest(table.rows));
  const header = [...padded(table.header, sourceWidth, ''), ...table.resultHeader];
  sheet.columns = widthsOf(header, firstRows(table, sourceWidth));

  addRow(sheet, header, HEADER);
  for (const [index, { cells }] of table.rows.entries()) {
    addRow(sheet, [...padded(cells, sourceWidth, null), ...(table.resultRows[index] ?? [])]);
  }
  const extras = [
    { name: GROUPS_SHEET, extra: table.groups },
    { name: OTHERS_SHEET, extra: table.others },
  ];
  for (const { name, extra } of extras) {
    if (!extra || extra.rows.length === 0) continue;
    const added = workbook.addWorksheet(title === name ? `${name} (2)` : name, SHEET);
    added.columns = widthsOf(extra.header, extra.rows.slice(0, 200));
    addRow(added, extra.header, HEADER);
    for (const row of extra.rows) addRow(added, row);
  }
  return workbookBytes(workbook);
}

function widthsOf(header: readonly string[], rows: readonly (readonly PlainCell[])[]): { width: number }[] {
  return columnWidths(header, rows).map((width, at) => ({ width: header[at] === 'key_hash' ? HASH_WIDTH : width }));
}

/** The greatest number of cells of any row, as a list of at most one: a spread of 100,000 lengths would overflow the stack. */
function widest(rows: ResultsTable['rows']): number[] {
  let most = 0;
  for (const { cells } of rows) most = Math.max(most, cells.length);
  return [most];
}

function padded<T>(cells: readonly T[], width: number, filler: T): T[] {
  return Array.from({ length: width }, (_, index) => cells[index] ?? filler);
}

/** Enough to judge the widths by. */
function firstRows(table: ResultsTable, sourceWidth: number): PlainCell[][] {
  return table.rows
    .slice(0, 200)
    .map(({ cells }, index) => [...padded(cells, sourceWidth, null), ...(table.resultRows[index] ?? [])]);
}
