import stringWidth from 'string-width';

/** How many terminal cells a text takes: wide characters two, combining marks none. */
export function cellWidth(text: string): number {
  return stringWidth(text);
}

/** Cuts a text to at most `cells` cells, never inside what a reader sees as one character; a cut shows as `…`. */
export function truncateCells(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text;
  if (cells < 1) return '';
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
