import type { PlainCell } from '../roster/participant.ts';
import { GROUPS_SHEET, OTHERS_SHEET } from '../roster/sheet.ts';
import { sheetTitle } from './cell-text.ts';
import { columnWidths } from './column-widths.ts';
import { createWorkbook } from './workbook-writer.ts';

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
  const workbook = createWorkbook(table.at);
  const title = sheetTitle(table.sheetName);
  const sourceWidth = Math.max(table.header.length, ...widest(table.rows));
  const header = [...padded(table.header, sourceWidth, ''), ...table.resultHeader];
  const widths = widthsOf(header, rowsOf(table, sourceWidth, ENOUGH_ROWS));
  workbook.addSheet({ name: title, header, widths, rows: rowsOf(table, sourceWidth) });
  const extras = [
    { name: GROUPS_SHEET, extra: table.groups },
    { name: OTHERS_SHEET, extra: table.others },
  ];
  for (const { name, extra } of extras) {
    if (!extra || extra.rows.length === 0) continue;
    const extraName = title === name ? `${name} (2)` : name;
    workbook.addSheet({ ...extra, name: extraName, widths: widthsOf(extra.header, extra.rows.slice(0, ENOUGH_ROWS)) });
  }
  return workbook.bytes();
}

/** to judge the widths of columns by */
const ENOUGH_ROWS = 200;

function* rowsOf({ rows, resultRows }: ResultsTable, sourceWidth: number, most = rows.length): Generator<PlainCell[]> {
  for (const [index, { cells }] of rows.slice(0, most).entries()) {
    yield [...padded(cells, sourceWidth, null), ...(resultRows[index] ?? [])];
  }
}

function widthsOf(header: readonly string[], rows: Iterable<readonly PlainCell[]>): number[] {
  return columnWidths(header, [...rows]).map((width, at) => (header[at] === 'key_hash' ? HASH_WIDTH : width));
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
