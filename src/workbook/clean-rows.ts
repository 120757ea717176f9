import type { Merge } from '../roster/sheet.ts';
import type { Deadline } from './deadline.ts';
import type { Zip } from './open-zip.ts';
import { parseXml } from './read-xml.ts';
import { createRowHandler } from './row-handler.ts';

/** A cell as the cleaned package shall have it. */
export interface CleanCell {
  /** 0-based */
  column: number;
  type: 'string' | 'number' | 'boolean' | 'date' | 'error';
  /** a shared string's index, an `<si>` of its own, or the text of a number, boolean, ISO date or error */
  value: number | string;
  /** index of its cell style */
  style: number;
  /** undefined = no formula; '' = a formula of no interest; otherwise the first characters of the formula */
  formula: string | undefined;
}

export interface CleanRow {
  number: number;
  hidden: boolean;
  /** cells that hold something, ascending */
  cells: CleanCell[];
}

/** What stands behind a sheet's rows; complete when all rows were read. */
export interface SheetExtras {
  merges: Merge[];
  /** hyperlinks: where they stand, and the id of their relationship or their inner location */
  links: { area: Merge; relationship: string | undefined; location: string | undefined }[];
}

/** Rows that hold something, in batches small enough for exceljs to read in little memory. */
export async function* cleanRows(
  file: string,
  zip: Zip,
  part: string,
  deadline: Deadline,
  extras: SheetExtras,
): AsyncGenerator<CleanRow[]> {
  let rows: CleanRow[] = [];
  let cells = 0;
  const handler = createRowHandler(extras, (row) => {
    rows.push(row);
    cells += row.cells.length;
    deadline.foundCells(row.cells.length);
  });
  for await (const _piece of parseXml(file, zip.read(part), handler)) {
    if (cells < BATCH_CELLS) continue;
    yield rows;
    rows = [];
    cells = 0;
  }
  if (rows.length > 0) yield rows;
}

const BATCH_CELLS = 60_000;
