import { LONGEST_CELL } from './cell-length.ts';

const LONGEST_TITLE = 31;

/**
 * A text as a cell of an .xlsx can hold it: without what XML forbids, lines ended by \n, not too long,
 * and with literal `_x0041_` escaped, which Excel would read as an `A`.
 */
export function writableText(text: string): string {
  return cut(legalText(text), LONGEST_CELL).replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_');
}

/** A text without control characters (but tab and \n), lone surrogates, U+FFFE and U+FFFF. */
export function legalText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(ILLEGAL, '');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ILLEGAL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFE\uFFFF]|\p{Cs}/gu;

/** A name that Excel accepts for a sheet: at most 31 characters, none of []:*?/\, no quote at either end, not `History`. */
export function sheetTitle(name: string): string {
  const clean = legalText(name)
    .replaceAll(/[[\]:*?/\\\t\n]/g, ' ')
    .trim();
  const title = cut(clean.replace(/^'+/, ''), LONGEST_TITLE).replace(/'+$/, '').trim();
  if (title === '') return 'keys';
  return title.toLowerCase() === 'history' ? `${title}_` : title;
}

/** Never between the halves of a surrogate pair. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
