/** In texts that `plainWords` made, all that is no space is a letter or a digit. Classes of all letters of Unicode would take some hundred milliseconds to compile. */
export const PLAIN_LETTER = '[^ \\d]';
const LETTER_OR_DIGIT = '[^ ]';

/** The pattern for whole words of such a text. */
export function wholeWords(alternatives: string): string {
  return `(?<!${LETTER_OR_DIGIT})(?:${alternatives})(?!${LETTER_OR_DIGIT})`;
}

/** The same pattern for such texts. */
export function plainPattern(pattern: RegExp): RegExp {
  const source = pattern.source
    .replaceAll('[\\p{L}\\p{N}]', LETTER_OR_DIGIT)
    .replaceAll('[\\p{L}]', PLAIN_LETTER)
    .replaceAll('\\p{L}', PLAIN_LETTER);
  if (/\\p|\[\[/.test(source)) throw new Error(`A class that plain words do not need: ${pattern.source}`);
  return new RegExp(source, pattern.flags.replace('u', ''));
}
