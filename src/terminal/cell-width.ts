import stringWidth from 'string-width';

/** How many terminal cells a text takes: wide characters two, combining marks none. */
export function cellWidth(text: string): number {
  return ONE_CELL_EACH.test(text) ? text.length : stringWidth(text);
}

/** Cuts a text to at most `cells` cells, never inside what a reader sees as one character; a cut shows as `…`. */
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

/** Fills a text up to `cells` cells with spaces; a longer text stays as it is. */
export function padCells(text: string, cells: number, align: 'left' | 'right'): string {
  const fill = ' '.repeat(Math.max(0, cells - cellWidth(text)));
  return align === 'right' ? fill + text : text + fill;
}

/** Composed Latin, Greek and Cyrillic letters, dashes and quotes: most texts. Asking string-width first loads 30 ms of tables. */
const ONE_CELL_EACH =
  /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u0391-\u03a1\u03a3-\u0482\u048a-\u052f\u2010-\u2027]*$/;
