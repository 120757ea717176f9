import { cleanText } from './clean-text.ts';

export interface NameParts {
  name: string;
  surname: string;
}

/** Words that belong to the surname after them. */
const PARTICLES = new Set(
  'van der den de la le von zu zum zur da do dos das di del della du des ter ten te af av bin ibn al el mac mc st san santa'.split(
    ' ',
  ),
);
/** Chinese, Japanese and Korean names in their own script. */
const SURNAME_FIRST_SCRIPT =
  /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}ー]+ [\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}ー ]+$/u;
const SUFFIX = /^(?:jr|sr|ii|iii|iv|phd|dr|md|msc|mba|bsc|ma|ba)\.?$/i;

/**
 * Splits a full name. `Baklāne, Anda` and `Anda Baklāne` are the same person; `surnameFirst` says that the column is written `Baklāne Anda`.
 * A surname in capitals is recognised wherever it stands; a single word is a name without a surname.
 */
export function splitFullName(text: string, surnameFirst: boolean): NameParts {
  const whole = cleanText(text);
  if (SURNAME_FIRST_SCRIPT.test(whole) && !surnameFirst) return splitFullName(whole, true);
  const [before = '', ...after] = whole.split(/\s*[,，]\s*/u);
  const rest = after.filter((part) => part !== '');
  const titles = rest.filter((part) => SUFFIX.test(part));
  const given = rest.filter((part) => !SUFFIX.test(part)).join(' ');
  if (given !== '') return { name: given, surname: [before, ...titles].join(' ').trim() };
  const words = before.split(' ');
  const suffix = titles.map((title) => ` ${title}`).join('');
  if (words.length < 2) return { name: before, surname: suffix.trim() };
  const capitals = words.filter(isCapitals);
  if (
    capitals.length > 0 &&
    capitals.length < words.length &&
    (words.indexOf(capitals[0] ?? '') === 0 || isCapitals(words.at(-1) ?? ''))
  ) {
    return { name: words.filter((word) => !isCapitals(word)).join(' '), surname: capitals.join(' ') + suffix };
  }
  const cut = surnameFirst ? endOfLeadingSurname(words) : startOfTrailingSurname(words);
  const [left, right] = [words.slice(0, cut).join(' '), words.slice(cut).join(' ')];
  return surnameFirst ? { name: right, surname: left + suffix } : { name: left, surname: right + suffix };
}

function isCapitals(word: string): boolean {
  return /\p{Lu}.*\p{Lu}/u.test(word) && word === word.toUpperCase() && !/\./.test(word);
}

function endOfLeadingSurname(words: readonly string[]): number {
  const end = words.findIndex((word) => !PARTICLES.has(word.toLowerCase()));
  return Math.min(Math.max(end, 0) + 1, words.length - 1);
}

/** The surname is the last word with the particles before it; capitalised `Van` counts as one too, a first word never does. */
function startOfTrailingSurname(words: readonly string[]): number {
  let start = words.length - 1;
  while (start > 1 && PARTICLES.has(words[start - 1]?.toLowerCase() ?? '')) start -= 1;
  return start;
}
