import type { Output } from '../context.ts';
import { cellWidth, padCells, truncateCells, truncateMiddle } from './cell-width.ts';
import { visibleText } from './visible-text.ts';

export interface TableColumn {
  title: string;
  /** right for numbers */
  align?: 'left' | 'right';
  /** minimum width of a flexible column, in cells; by default 8, or the width of its title if that is larger */
  minWidth?: number;
  /** may be truncated with `…` if the table is too wide */
  flexible?: boolean;
  /** where a text that is too long is cut: in the middle if its end tells it apart, as in key names; by default at the end */
  cut?: 'end' | 'middle';
  /** columns with a `dropOrder` are omitted until this one has so many cells; by default its minimum width */
  wantedWidth?: number;
  /** omitted if the table is too wide even at minimum widths; the highest number is dropped first */
  dropOrder?: number;
}

export interface Table {
  columns: readonly TableColumn[];
  /** one text per column; control characters in it are made visible here */
  rows: readonly (readonly string[])[];
}

/** The width for `renderTable`: that of the terminal; unlimited elsewhere, because a file or a pipe needs all the data. */
export function tableWidth(output: Output): number {
  return output.isTTY ? output.columns : Number.POSITIVE_INFINITY;
}

/**
 * A header line and one line per row, two spaces between columns, each line ending with a line break. Flexible columns shrink, the
 * widest first, until the table fits into `width` cells; if that is not enough, the lines are longer than `width`.
 */
export function renderTable(raw: Table, width: number, styleHeader = (line: string) => line): string {
  const visible = { ...raw, rows: raw.rows.map((row) => raw.columns.map((_, at) => visibleText(row[at] ?? ''))) };
  const table = dropColumns(visible, width);
  const { rows } = table;
  const widths = Number.isFinite(width)
    ? fitWidths(table.columns, naturalWidths(table), width - GAP.length * (table.columns.length - 1))
    : naturalWidths(table, MOST_PADDING);
  const cut = Number.isFinite(width);
  const header = renderLine(
    table.columns,
    table.columns.map((column) => column.title),
    widths,
    cut,
  );
  const lines = [styleHeader(header), ...rows.map((row) => renderLine(table.columns, row, widths, cut))];
  return `${lines.join('\n')}\n`;
}

/**
 * Which rows of a long table to show: on a terminal those that matter and the first of the others, elsewhere all of them. `folded`
 * is the number of rows that are not shown.
 */
export function foldRows<T>(rows: readonly T[], matters: (row: T) => boolean, output: Output) {
  if (!output.isTTY || rows.length <= MAX_ON_A_TERMINAL) return { shown: rows, folded: 0 };
  let room = FIRST_ON_A_TERMINAL;
  const shown = rows.filter((row) => {
    if (matters(row)) return true;
    room -= 1;
    return room >= 0;
  });
  return { shown, folded: rows.length - shown.length };
}

const MAX_ON_A_TERMINAL = 100;
const FIRST_ON_A_TERMINAL = 20;
const GAP = '  ';
const DEFAULT_MIN_WIDTH = 8;

/** Where nothing is cut, one very long text must not pad every other row: wider cells are printed in full and stand out. In cells. */
const MOST_PADDING = 80;

function naturalWidths({ columns, rows }: Table, most = Number.POSITIVE_INFINITY): number[] {
  return columns.map((column, at) =>
    rows.reduce((widest, row) => {
      const width = cellWidth(row[at] ?? '');
      return width > most ? widest : Math.max(widest, width);
    }, cellWidth(column.title)),
  );
}

function dropColumns(table: Table, width: number): Table {
  const { columns, rows } = table;
  const narrowest = naturalWidths(table).map((natural, at) => {
    const column = columns[at];
    return column?.flexible ? Math.min(natural, column.wantedWidth ?? minWidth(column)) : natural;
  });
  const needed = narrowest.reduce((sum, cells) => sum + cells, GAP.length * (columns.length - 1));
  const last = Math.max(...columns.map(({ dropOrder = 0 }) => dropOrder));
  if (needed <= width || last <= 0) return table;
  const kept = <T>(list: readonly T[]) => list.filter((_, at) => columns[at]?.dropOrder !== last);
  return dropColumns({ columns: kept(columns), rows: rows.map(kept) }, width);
}

function fitWidths(columns: readonly TableColumn[], natural: readonly number[], available: number): number[] {
  const wanted = shrink(natural, available, columns, (column) => column.wantedWidth ?? minWidth(column));
  return shrink(wanted, available, columns, minWidth);
}

/** Removes one cell at a time from the widest column that may still shrink. */
function shrink(
  from: readonly number[],
  available: number,
  columns: readonly TableColumn[],
  least: (column: TableColumn) => number,
): number[] {
  const widths = [...from];
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    let widest = -1;
    for (const [at, column] of columns.entries()) {
      const width = widths[at] ?? 0;
      if (column.flexible && width > least(column) && width > (widths[widest] ?? 0)) widest = at;
    }
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function minWidth(column: TableColumn): number {
  return column.minWidth ?? Math.max(DEFAULT_MIN_WIDTH, cellWidth(column.title));
}

function renderLine(
  columns: readonly TableColumn[],
  texts: readonly string[],
  widths: readonly number[],
  isCut: boolean,
): string {
  return columns
    .map((column, at) => {
      const width = widths[at] ?? 0;
      const text = texts[at] ?? '';
      const truncate = column.cut === 'middle' ? truncateMiddle : truncateCells;
      return padCells(isCut ? truncate(text, width) : text, width, column.align ?? 'left');
    })
    .join(GAP)
    .trimEnd();
}
