/** Letters that languages written in a code page use; the first are the likeliest. */
const CODE_PAGES = [
  { encoding: 'windows-1257', letters: 'āčēģīķļņšūžŗōąęėįųūõäöüšžåéóøæśńźżłćß' },
  { encoding: 'windows-1250', letters: 'ąćęłńóśźżáčďéěíňřšťúůýžäôľĺŕőűöüßăâîșțşţđ' },
  { encoding: 'windows-1252', letters: 'äöüßàâæçéèêëîïôœùûÿáíóúñåøãõìòšž' },
  { encoding: 'windows-1251', letters: 'абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў' },
];

/** The code page whose reading of the bytes looks most like words; undefined when none does. */
export function legacyEncoding(bytes: Uint8Array): string | undefined {
  let best: { encoding: string; score: number } | undefined;
  for (const { encoding, letters } of CODE_PAGES) {
    const score = wordLikeness(new TextDecoder(encoding).decode(bytes.subarray(0, 200_000)), letters);
    if (score > (best?.score ?? 0)) best = { encoding, score };
  }
  return best?.encoding;
}

/** Letters of the language count for; symbols inside words, capitals after small letters and unassigned bytes count against. */
function wordLikeness(text: string, letters: string): number {
  let score = 0;
  for (const word of text.match(/[^\s,;"'<>@|.:()-]*[\u0080-\uffff][^\s,;"'<>@|.:()-]*/g) ?? []) {
    for (const letter of word) {
      if (letter.charCodeAt(0) < 128) continue;
      if (letters.includes(letter.toLowerCase())) score += 2;
      else if (/\p{L}/u.test(letter)) score -= 1;
      else score -= /[\u0080-\u009f]/.test(letter) ? 6 : 3;
    }
    score -= 4 * (word.match(/\p{Ll}\p{Lu}/gu)?.length ?? 0);
    // Latin and Cyrillic letters in one word: read with the wrong table
    if (/[A-Za-z]/.test(word) && /[\u0400-\u04ff]/.test(word)) score -= 8;
  }
  return score;
}
