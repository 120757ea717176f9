/** Cyrillic and Greek letters that readers take for Latin ones. */
const LOOK_LATIN = 'аеорсухіјѕһԁԛԝвнкмтгпьӏүАВЕКМНОРСТУХІЈЅαβγεηικνορτυχωκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ';
const OTHER_SCRIPT = /[\p{Script=Cyrillic}\p{Script=Greek}]/gu;

/**
 * The letters of a part of an address that pretend to be Latin, with their code points; undefined when there are none. They pretend when they stand among
 * Latin letters, or when the whole part is made of nothing else.
 */
export function lookalikeLetters(part: string): string | undefined {
  const foreign = part.match(OTHER_SCRIPT);
  if (!foreign) return undefined;
  const mixed = /\p{Script=Latin}/u.test(part) || (/\p{Script=Cyrillic}/u.test(part) && /\p{Script=Greek}/u.test(part));
  if (!mixed && !foreign.every((letter) => LOOK_LATIN.includes(letter))) return undefined;
  return [...new Set(foreign)]
    .map((letter) => `${letter} (U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')})`)
    .join(', ');
}
