import type { PlainCell } from '../roster/participant.ts';

/** in characters of the standard font */
const NARROWEST = 8;
/** an API key has 73 characters, and a roster's remarks may be essays */
const WIDEST = 60;

/** A width for each column, wide enough for what the given rows show, within limits. */
export function columnWidths(header: readonly string[], rows: readonly (readonly PlainCell[])[]): number[] {
  return header.map((title, index) => {
    let longest = shownLength(title) + 1;
    for (const cells of rows) longest = Math.max(longest, shownLength(cells[index] ?? null));
    return Math.min(WIDEST, Math.max(NARROWEST, longest + 2));
  });
}

function shownLength(cell: PlainCell): number {
  if (cell === null) return 0;
  if (typeof cell === 'object') return cell.date.length;
  if (typeof cell !== 'string') return String(cell).length;
  // Longer ones are cut anyway.
  const start = cell.slice(0, 4 * WIDEST);
  return Math.max(...start.split('\n').map((line) => [...line].length));
}
