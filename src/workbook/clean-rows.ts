import type { Deadline } from './deadline.ts';
import type { Zip } from './open-zip.ts';
import { parseXml } from './read-xml.ts';
import { type CleanRow, createRowHandler, type SheetExtras } from './row-handler.ts';

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
    deadline.foundRow(row.cells.length);
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
