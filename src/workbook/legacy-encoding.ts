/** Windows code pages and the languages that are written in them, each with its letters beyond ASCII, the rarer ones of names behind the bar. */
const CODE_PAGES = [
  { encoding: 'windows-1257', languages: ['āčēģīķļņšūž|ōŗ', 'ąčęėšūž|įų', 'äöüõ|šž'] },
  {
    encoding: 'windows-1250',
    languages: ['ąćęłńóśż|ź', 'áčéěíňřšůýž|ďóťú', 'áčéíľšťúýž|äďĺňóôŕ', 'áéíóöőúü|ű', 'ăâîşţ', 'ćčđšž'],
  },
  {
    encoding: 'windows-1252',
    languages: ['äöüß', 'çéèëîïô|àâæêœùûüÿ', 'áéíñóú|ü', 'åäöæøé', 'ãáâçéêíóôõ|àú', 'àèéìòù', 'äöüõ|šž'],
  },
  {
    encoding: 'windows-1251',
    languages: [
      'абвгдежзийклмнопрстуфхцчшщъыьэюяё',
      'абвгґдеєжзиіїйклмнопрстуфхцчшщьюя',
      'абвгдежзіўйклмнопрстуфхцчшыьэюяё',
    ],
  },
];

const SAMPLE_BYTES = 200_000;
/** what a word counts for a roster whose other words are of another language */
const FOREIGN_WORD = 0.6;

/** The code page whose reading of the bytes looks most like words of one language; undefined when none does. */
export function legacyEncoding(bytes: Uint8Array): string | undefined {
  let best: { encoding: string; score: number } | undefined;
  for (const { encoding, languages } of CODE_PAGES) {
    const text = new TextDecoder(encoding).decode(bytes.subarray(0, SAMPLE_BYTES));
    const words = text.split(/[\s,;"'<>@|.:()-]+/).filter((word) => /[^\0-\x7f]/.test(word));
    const scores = words.map((word) => languages.map((letters) => likeness(word, letters)));
    const bestOfWord = scores.map((all) => Math.max(...all));
    const totals = languages.map((_, language) =>
      scores.reduce((sum, all, word) => sum + Math.max(all[language] ?? 0, weaker(bestOfWord[word] ?? 0)), 0),
    );
    const score = Math.max(...totals);
    if (score > (best?.score ?? 0)) best = { encoding, score };
  }
  return best?.encoding;
}

function weaker(score: number): number {
  return score > 0 ? score * FOREIGN_WORD : score;
}

/** a consonant with a mark between two others: rare in every language, common where a vowel was misread (`Sřren` for `Søren`) */
const WEDGED = /[bcdfghjklmnpqrstvwxz][čćďģķļłňņńřšśťžźż][bcdfghjklmnpqrstvwxz]/i;

/** Letters of the language count for; other letters, symbols inside words, capitals after small letters and mixed scripts count against. */
function likeness(word: string, letters: string): number {
  let score = 0;
  const rare = letters.indexOf('|');
  for (const letter of word) {
    if (letter.charCodeAt(0) < 128) continue;
    const at = letters.indexOf(letter.toLowerCase());
    if (at >= 0) score += rare >= 0 && at > rare ? 1 : 2;
    else score -= /\p{L}/u.test(letter) ? 2 : 4;
  }
  if (WEDGED.test(word)) score -= 1;
  score -= 4 * (word.match(/\p{Ll}\p{Lu}/gu)?.length ?? 0);
  if (/[\u0400-\u04ff]/.test(word)) return /[a-z]/i.test(word) ? score - 8 : score;
  // Latin words do not have three letters with diacritics in a row; Cyrillic ones read as Latin do.
  return score - 3 * (word.match(/[^\0-\x7f]{3}/g)?.length ?? 0);
}
