import { Secret } from '../secret.ts';

const CONSONANTS = 'bdfghjklmnprstvz';
const VOWELS = 'aiou';

/** bytes: four words, 64 random bits */
const BYTES = 8;

/**
 * A password that can be read aloud and typed from paper, such as `lusab-gutih-tugad-fikop`: proquints (Daniel S. Wilkerson,
 * arXiv 0901.4016), words of five letters with 16 bits each, without letters that look alike.
 */
export function spokenPassword(random: (bytes: number) => Uint8Array): Secret {
  return new Secret(proquints(random(BYTES)));
}

/** Two bytes a word. */
export function proquints(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = Array.from({ length: bytes.length >> 1 }, (_, index) => word(view.getUint16(index * 2)));
  return words.join('-');
}

function word(bits: number): string {
  const consonant = (shift: number) => CONSONANTS.charAt((bits >> shift) & 15);
  const vowel = (shift: number) => VOWELS.charAt((bits >> shift) & 3);
  return consonant(12) + vowel(10) + consonant(6) + vowel(4) + consonant(0);
}
