import { MAX_ROWS, tooBig, tooManyRows } from './refusals.ts';

/** Time that reading may take at most: a fixed part, and a part for each cell that holds something, so that only files without content run out of it. */
export interface Deadline {
  /** Counts a row and its cells that hold something; throws too_big beyond MAX_ROWS and MAX_CELLS. */
  foundRow(cells: number): void;
  /** Throws too_big when the time is over. */
  check(): void;
}

const BASE_MS = 7_000;
/** measured: 0.01 ms; a slow machine takes several times that */
const MS_PER_CELL = 0.04;
/** 100,000 rows of 20 columns; measured: 1.5 million cells take 665 MB */
const MAX_CELLS = 2_000_000;
/** from here on a filled cell must cost the file a byte, as it does where people differ (about four); a bomb's cells cost less */
const REPETITIVE_FROM = 300_000;

/** `size` is the file's own, packed, in bytes. */
export function createDeadline(file: string, size: number, now: () => Date): Deadline {
  const start = now().getTime();
  let cells = 0;
  let rows = 0;
  return {
    foundRow(count) {
      rows += 1;
      cells += count;
      if (rows > MAX_ROWS) throw tooManyRows(file);
      if (cells > MAX_CELLS) throw tooBig(file, 'it has more than two million filled cells');
      if (cells > REPETITIVE_FROM && cells > size) throw tooBig(file, 'it repeats the same cells too often');
    },
    check() {
      if (now().getTime() - start > BASE_MS + cells * MS_PER_CELL) {
        throw tooBig(file, 'it is mostly formatting without content, and reading it takes too long');
      }
    },
  };
}
