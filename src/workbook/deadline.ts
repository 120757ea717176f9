import { tooBig } from './refusals.ts';

/** Time that reading may take at most: a fixed part, and a part for each cell that holds something, so that only files without content run out of it. */
export interface Deadline {
  /** Counts cells that hold something; throws too_big beyond MAX_CELLS. */
  foundCells(count: number): void;
  /** Throws too_big when the time is over. */
  check(): void;
}

const BASE_MS = 7_000;
const MS_PER_CELL = 0.1;
/** 100,000 rows of 25 columns; more does not fit into 1 GB */
const MAX_CELLS = 2_500_000;

export function createDeadline(file: string, now: () => Date): Deadline {
  const start = now().getTime();
  let cells = 0;
  return {
    foundCells(count) {
      cells += count;
      if (cells > MAX_CELLS) throw tooBig(file, 'it has more than 2.5 million filled cells');
    },
    check() {
      if (now().getTime() - start > BASE_MS + cells * MS_PER_CELL) {
        throw tooBig(file, 'it is mostly formatting without content, and reading it takes too long');
      }
    },
  };
}
