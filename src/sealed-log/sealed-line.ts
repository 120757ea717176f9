import { createCipheriv, createDecipheriv, createHash, type KeyObject } from 'node:crypto';

/** Where a line belongs. All of it is authenticated with the line, so nothing can be changed, swapped, dropped or brought from elsewhere. */
export interface LinePlace {
  /** UUID of the workshop */
  workshop: string;
  log: string;
  /** raised each time a log is written anew */
  generation: number;
  /** 0 is the mark that begins a generation; lines are counted from 1 */
  seq: number;
  /** SHA-256 of the body before it; of the first, `NOTHING_BEFORE` */
  before: Uint8Array;
}

const CIPHER = 'aes-256-gcm';
/** bytes */
const NONCE = 12;
const TAG = 16;

export const NOTHING_BEFORE: Uint8Array = new Uint8Array(32);

/** One line, encrypted: nonce, AES-256-GCM, tag. */
export function sealLine(
  key: KeyObject,
  place: LinePlace,
  line: string,
  random: (bytes: number) => Uint8Array,
): Uint8Array {
  const nonce = random(NONCE);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(nameOf(place));
  return Buffer.concat([nonce, cipher.update(line, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** The line; undefined when the body is not what a member of the workshop wrote at this place. */
export function openLine(key: KeyObject, place: LinePlace, body: Uint8Array): Buffer | undefined {
  if (body.length < NONCE + TAG) return undefined;
  const end = body.length - TAG;
  const decipher = createDecipheriv(CIPHER, key, body.subarray(0, NONCE), { authTagLength: TAG })
    .setAAD(nameOf(place))
    .setAuthTag(body.subarray(end));
  const text = decipher.update(body.subarray(NONCE, end));
  try {
    decipher.final();
    return text;
  } catch {
    return undefined;
  }
}

/** What the line after it is chained to. */
export function hashOfBody(body: Uint8Array): Uint8Array {
  return createHash('sha256').update(body).digest();
}

function nameOf({ workshop, log, generation, seq, before }: LinePlace): Uint8Array {
  return Buffer.concat([Buffer.from(`orkeys line 1\n${workshop}\n${log}\n${generation}\n${seq}\n`), before]);
}
