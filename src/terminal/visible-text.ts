/**
 * Makes invisible characters visible, so that a name from a roster or from the account cannot run an escape sequence in a
 * terminal, fake a line, hide text or change its direction: `\n`, `\u001b`, `\u202e`, `\u{e0041}`.
 * Joiners and variation selectors are kept where scripts and emoji need them.
 */
export function visibleText(text: string): string {
  return replaceHidden(text, (found) => SHORT_ESCAPES[found] ?? codePointEscape(found));
}

/** Escapes the same characters of a JSON text as `\uXXXX`: the data is unchanged and safe for a terminal. Line breaks are kept. */
export function visibleJson(json: string): string {
  return MAY_HIDE.test(json) ? replaceHidden(json, codeUnitEscapes, NEEDED_OR_HIDDEN_IN_LINES) : json;
}

/** Anything but ASCII, the letters of Europe and usual punctuation. Most results are made of these alone, and to see that takes a tenth of the time. */
const MAY_HIDE = /[^\n\x20-\x7e\u00c0-\u024f\u0391-\u03ff\u0400-\u0481\u048a-\u052f\u2010-\u2027]/;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Scripts whose spelling uses ZERO WIDTH JOINER and NON-JOINER (Persian, Sinhala, Malayalam, …). */
const JOINING_SCRIPTS = [
  ...['Arab', 'Beng', 'Deva', 'Gujr', 'Guru', 'Khmr', 'Knda', 'Mlym'],
  ...['Mong', 'Mymr', 'Orya', 'Sinh', 'Syrc', 'Taml', 'Telu'],
]
  .map((script) => `\\p{scx=${script}}`)
  .join('');

const NEEDED = [
  `(?<=[${JOINING_SCRIPTS}])[\\u200c\\u200d]`,
  '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])\\u200d(?=\\p{Extended_Pictographic})',
  '(?<=\\p{Emoji})[\\ufe0e\\ufe0f]',
  // Variants of one character, as used in Japanese family names.
  '(?<=\\p{sc=Han})[\\ufe00-\\ufe02\\u{e0100}-\\u{e01ef}]',
].join('|');

const HIDDEN = [
  '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]',
  // No script puts nine marks on one letter; they would cover the lines above.
  '(?<=\\p{M}{8})\\p{M}',
].join('|');

const NEEDED_OR_HIDDEN = new RegExp(`(${NEEDED})|${HIDDEN}`, 'gu');
const NEEDED_OR_HIDDEN_IN_LINES = new RegExp(`(${NEEDED})|(?!\\n)(?:${HIDDEN})`, 'gu');

function replaceHidden(text: string, show: (found: string) => string, what = NEEDED_OR_HIDDEN): string {
  return text.replace(what, (found, needed: string | undefined) => (needed === undefined ? show(found) : found));
}

function codePointEscape(found: string): string {
  const hex = (found.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

function codeUnitEscapes(found: string): string {
  return found
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
