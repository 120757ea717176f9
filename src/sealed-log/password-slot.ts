import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, scrypt } from 'node:crypto';
import type { Secret } from '../secret.ts';

/** The key of a workshop, encrypted with one member's password. */
export interface PasswordSlot {
  id: number;
  /** whose password it is */
  label: string;
  salt: Uint8Array;
  /** of scrypt (RFC 7914) */
  n: number;
  r: number;
  p: number;
  wrapped: Uint8Array;
}

export interface ScryptCost {
  n: number;
  r: number;
  p: number;
}

/** Takes 128 MB and the better part of a second: so does each guess. */
export const SCRYPT_COST: ScryptCost = { n: 2 ** 17, r: 8, p: 1 };
/** What a database may ask for, which others can write to. */
const MOST_COST: ScryptCost = { n: 2 ** 20, r: 16, p: 4 };

const CIPHER = 'aes-256-gcm';
/** bytes */
const KEY = 32;
const NONCE = 12;
const TAG = 16;

export function newWorkshopKey(random: (bytes: number) => Uint8Array): KeyObject {
  return createSecretKey(random(KEY));
}

/** The key as text, for a private file. */
export function keyText(key: KeyObject): string {
  return key.export().toString('base64');
}

/** Undefined for what is no key. */
export function keyFromText(text: string): KeyObject | undefined {
  const bytes = Buffer.from(text.trim(), 'base64');
  return bytes.length === KEY ? createSecretKey(bytes) : undefined;
}

export async function fillSlot(
  key: KeyObject,
  password: Secret,
  { workshop, id, label }: { workshop: string; id: number; label: string },
  random: (bytes: number) => Uint8Array,
  cost: ScryptCost = SCRYPT_COST,
): Promise<PasswordSlot> {
  const { n, r, p } = cost;
  const slot = { id, label, salt: random(16), n, r, p };
  const nonce = random(NONCE);
  const cipher = createCipheriv(CIPHER, await derive(password, slot), nonce).setAAD(nameOf(workshop, slot));
  const wrapped = Buffer.concat([nonce, cipher.update(key.export()), cipher.final(), cipher.getAuthTag()]);
  return { ...slot, wrapped };
}

/** The key of the workshop; undefined when the password is not that of this slot. */
export async function openSlot(slot: PasswordSlot, password: Secret, workshop: string): Promise<KeyObject | undefined> {
  const { n, r, p, wrapped } = slot;
  const isPossible = n >= 2 && Number.isInteger(Math.log2(n)) && r >= 1 && p >= 1;
  if (!isPossible || n > MOST_COST.n || r > MOST_COST.r || p > MOST_COST.p) return undefined;
  if (wrapped.length !== NONCE + KEY + TAG) return undefined;
  const decipher = createDecipheriv(CIPHER, await derive(password, slot), wrapped.subarray(0, NONCE), {
    authTagLength: TAG,
  })
    .setAAD(nameOf(workshop, slot))
    .setAuthTag(wrapped.subarray(NONCE + KEY));
  const key = decipher.update(wrapped.subarray(NONCE, NONCE + KEY));
  try {
    decipher.final();
    return createSecretKey(key);
  } catch {
    return undefined;
  }
}

type SlotTerms = Omit<PasswordSlot, 'wrapped'>;

function derive(password: Secret, { salt, n, r, p }: SlotTerms): Promise<Buffer> {
  // Twice what it needs: Node counts a little more than the algorithm.
  const maxmem = 256 * n * r;
  return new Promise((resolve, reject) => {
    scrypt(password.reveal().normalize('NFKC'), salt, KEY, { N: n, r, p, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

function nameOf(workshop: string, { id, label, n, r, p }: SlotTerms): Uint8Array {
  return Buffer.from(`orkeys slot 1\n${workshop}\n${id}\n${n} ${r} ${p}\n${label}`);
}
