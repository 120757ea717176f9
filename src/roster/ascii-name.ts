/** letters of a name */
const LONGEST_NAME = 40;

/** Letters that Unicode takes apart into no Latin letter and a mark. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
};

/** A name in plain ASCII, `anna-berzins`; empty where no letter of it can be written so. */
export function asciiName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[ßæœøđðþłħıŋ]/g, (letter) => LETTERS[letter] ?? '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_NAME)
    .replaceAll(/^-|-$/g, '');
}
