import { legacyEncoding } from './legacy-encoding.ts';
import { wrongEncoding } from './refusals.ts';

/** Text of a CSV file, and what its bytes were taken for when that was a guess. */
export interface DecodedText {
  text: string;
  guessed: string | undefined;
}

/** By the byte order mark, by zero bytes (UTF-16), as UTF-8 where that is valid, otherwise by what comes out best. */
export function decodeText(file: string, bytes: Uint8Array): DecodedText {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return exact(file, 'utf-16le', bytes);
  if (first === 0xfe && second === 0xff) return exact(file, 'utf-16be', bytes);
  const zeros = bytes.subarray(0, 4096).reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  if (zeros > 0) {
    if (zeros < Math.min(bytes.length, 4096) / 4) throw wrongEncoding(file, 'it contains binary data');
    return exact(file, second === 0 ? 'utf-16le' : 'utf-16be', bytes);
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), guessed: undefined };
  } catch {
    if (first === 0xef && second === 0xbb)
      throw wrongEncoding(file, 'it is marked as UTF-8, but parts of it are not valid');
  }
  const encoding = legacyEncoding(bytes);
  if (encoding === undefined)
    throw wrongEncoding(file, 'it is neither UTF-8 nor one of the Windows code pages 1250, 1251, 1252 and 1257');
  return { text: new TextDecoder(encoding).decode(bytes), guessed: encoding.replace('windows', 'Windows') };
}

function exact(file: string, encoding: string, bytes: Uint8Array): DecodedText {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), guessed: undefined };
  } catch (error) {
    throw wrongEncoding(file, `it is not valid ${encoding.toUpperCase()} (${String(error)})`);
  }
}
