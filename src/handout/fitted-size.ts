/** The room for a text, in mm, and the size of its type where there is room enough, in points. */
export interface TextBox {
  width: number;
  height: number;
  largest: number;
}

/**
 * The size of type, in points, at which a text of any length fits into its box: it shrinks, and nothing is ever cut. Fonts differ, so
 * letters are taken as wider than most are.
 */
export function fittedSize(text: string, { width, height, largest }: TextBox): number {
  const words = text.split(/\s+/u).map(widthOf);
  for (let size = largest; size > SMALLEST; size -= STEP) {
    const line = size * MM_PER_POINT;
    if (linesOf(words, width / line) * LINE_HEIGHT * line <= height) return size;
  }
  return SMALLEST;
}

/** of the size of type; the style sheets have the same */
export const LINE_HEIGHT = 1.2;
const MM_PER_POINT = 25.4 / 72;
const STEP = 0.5;
/** points; still sharp from any printer */
const SMALLEST = 3;
const SPACE = 0.3;

/** Lines that words take, broken between words, or inside one that is longer than a line. `width` and widths in em. */
function linesOf(words: readonly number[], width: number): number {
  let lines = 1;
  let used = 0;
  for (const word of words) {
    const after = used === 0 ? word : used + SPACE + word;
    if (after <= width) {
      used = after;
      continue;
    }
    const pieces = Math.ceil(word / width);
    lines += used === 0 ? pieces - 1 : pieces;
    used = word - (pieces - 1) * width;
  }
  return lines;
}

/** em of bold type */
function widthOf(word: string): number {
  let width = 0;
  for (const letter of word) width += letterWidth(letter);
  return width;
}

function letterWidth(letter: string): number {
  if (/[\p{M}\p{Cf}]/u.test(letter)) return 0;
  if (/[iljtfrI.,:;'’|!()-]/.test(letter)) return 0.45;
  if (/[mwMW@%]/.test(letter)) return 1.1;
  if (/[\p{Lu}\p{Lt}]/u.test(letter)) return 0.85;
  if (/[\p{sc=Latn}\p{sc=Grek}\p{Nd}]/u.test(letter)) return 0.7;
  if (/\p{sc=Cyrl}/u.test(letter)) return 0.85;
  return 1.1;
}
