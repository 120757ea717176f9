import { type Cell, cellAt, type Sheet, type SheetRow } from './sheet.ts';

/** taller merges are layout, not a value for each row */
const TALLEST = 2_000;
/** no roster has more cells under merges; it bounds what a hostile file can ask for */
const MOST_CELLS = 200_000;

/** Where a cell merged over several rows stands: the value of its first row holds for the others. */
export interface TallMerges {
  /** the row's own cell, or the one that is merged over it */
  cell(row: SheetRow, column: number): Cell | undefined;
  /** number of the first row of a merge that covers this column in a later row; undefined when none does */
  startOf(row: SheetRow, column: number): number | undefined;
}

export function tallMerges(sheet: Sheet): TallMerges {
  const rows = new Map(sheet.merges.length === 0 ? [] : sheet.rows.map((row) => [row.number, row]));
  const starts = new Map<string, number>();
  for (const { top, bottom, left, right } of sheet.merges) {
    if (left !== right || bottom === top || bottom - top > TALLEST) continue;
    for (let row = top + 1; row <= bottom && starts.size < MOST_CELLS; row += 1) {
      if (rows.has(row)) starts.set(`${row}:${left}`, top);
    }
  }
  const startOf = (row: SheetRow, column: number) =>
    starts.size === 0 ? undefined : starts.get(`${row.number}:${column}`);
  return {
    startOf,
    cell(row, column) {
      const own = cellAt(row, column);
      if (own) return own;
      const start = rows.get(startOf(row, column) ?? 0);
      return start && cellAt(start, column);
    },
  };
}
