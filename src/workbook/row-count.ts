import type { Zip } from './open-zip.ts';
import { MAX_ROWS, tooManyRows } from './refusals.ts';

/** in bytes, unpacked: no row that holds something is smaller than 40 */
const COUNTED_FROM = 12_000_000;

/**
 * Refuses a sheet of very many rows before any of it is understood: its bytes are only searched for the ends of rows whose last cell holds something.
 * An end that is cut between two pieces is missed, and writers may put it another way: those rows are counted later, one by one.
 */
export async function refuseManyRows(file: string, zip: Zip, part: string): Promise<void> {
  if (zip.size(part) < COUNTED_FROM) return;
  let rows = 0;
  for await (const chunk of zip.read(part)) {
    for (let at = chunk.indexOf(END_OF_ROW); at >= 0; at = chunk.indexOf(END_OF_ROW, at + END_OF_ROW.length)) rows += 1;
    if (rows > MAX_ROWS) throw tooManyRows(file);
  }
}

const END_OF_ROW = Buffer.from('></c></row>');
