import stringWidth from 'string-width';

/** How many terminal cells a text takes: wide characters two, combining marks none. */
export function cellWidth(text: string): number {
  return ONE_CELL_EACH.test(text) ? text.length : stringWidth(text);
}

/** Cuts a text to at most `cells` cells, never inside what a reader sees as one character; a cut is marked with `…`. */
export function truncateCells(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text;
  if (cells < 1) return '';
  if (ONE_CELL_EACH.test(text)) return `${text.slice(0, cells - 1).trimEnd()}…`;
  let kept = '';
  let width = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += cellWidth(segment);
    if (width > cells) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** The same, but cut in the middle, for texts whose end matters: `BSSDH_20…_k7f3q2xw`. */
export function truncateMiddle(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text;
  const end = Math.floor((cells - 1) / 2);
  if (end < 1) return truncateCells(text, cells);
  const segments = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  let kept = '';
  for (const segment of segments.reverse()) {
    if (cellWidth(segment + kept) > end) break;
    kept = segment + kept;
  }
  return truncateCells(text, cells - cellWidth(kept)) + kept;
}

/** Pads a text with spaces to `cells` cells; a longer text is unchanged. */
export function padCells(text: string, cells: number, align: 'left' | 'right'): string {
  const fill = ' '.repeat(Math.max(0, cells - cellWidth(text)));
  return align === 'right' ? fill + text : text + fill;
}

/** Composed Latin, Greek and Cyrillic letters, dashes, quotes and bars: most texts. Loading the tables of string-width takes 30 ms. */
const ONE_CELL_EACH =
  /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u0391-\u03a1\u03a3-\u0482\u048a-\u052f\u2010-\u2027\u2581-\u2588]*$/;
