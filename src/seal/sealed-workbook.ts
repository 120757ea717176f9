import { createCipheriv, createHmac, hash } from 'node:crypto';
import type { Secret } from '../secret.ts';
import { compoundFile } from './compound-file.ts';
import { dataSpaces } from './data-spaces.ts';

export interface SealOptions {
  password: Secret;
  /** cryptographically random bytes */
  random(bytes: number): Uint8Array;
  /** how often the password is hashed; what Excel uses itself: 100,000 */
  spins?: number;
}

const BLOCK = 16;
const SALT = 16;
const KEY_BITS = 256;
const HASH_BYTES = 64;
/** The package is encrypted in pieces, each with an initialization vector of its own. */
const SEGMENT = 4096;

/** Block keys of MS-OFFCRYPTO 2.3.4.13 and 2.3.4.14: each makes another key of the same password or salt. */
const FOR_VERIFIER = Buffer.from('fea7d2763b4b9e79', 'hex');
const FOR_VERIFIER_HASH = Buffer.from('d7aa0f6d3061344e', 'hex');
const FOR_KEY = Buffer.from('146e0be7abacd0d6', 'hex');
const FOR_HMAC_KEY = Buffer.from('5fb2ad010cb9e1f6', 'hex');
const FOR_HMAC_VALUE = Buffer.from('a0677f02b22c8433', 'hex');

/**
 * An .xlsx with a password that Excel and LibreOffice open: ECMA-376 agile encryption, AES-256, SHA-512, as
 * https://learn.microsoft.com/openspecs/office_file_formats/ms-offcrypto (MS-OFFCRYPTO) 2.3.4.10 to 2.3.4.15 describes it.
 */
export function sealWorkbook(workbook: Uint8Array, { password, random, spins = 100_000 }: SealOptions): Uint8Array {
  const packageSalt = random(SALT);
  const key = random(KEY_BITS / 8);
  const encrypted = encryptPackage(workbook, key, packageSalt);

  const hmacKey = random(HASH_BYTES);
  const hmac = createHmac('sha512', hmacKey).update(encrypted).digest();
  const integrity = {
    encryptedHmacKey: encrypt(hmacKey, key, vectorFor(packageSalt, FOR_HMAC_KEY)),
    encryptedHmacValue: encrypt(hmac, key, vectorFor(packageSalt, FOR_HMAC_VALUE)),
  };

  const salt = random(SALT);
  const passwordKey = keysOf(password, salt, spins);
  const verifier = random(BLOCK);
  const keyEncryptor = {
    encryptedVerifierHashInput: encrypt(verifier, passwordKey(FOR_VERIFIER), salt),
    encryptedVerifierHashValue: encrypt(sha512(verifier), passwordKey(FOR_VERIFIER_HASH), salt),
    encryptedKeyValue: encrypt(key, passwordKey(FOR_KEY), salt),
  };
  return compoundFile([
    dataSpaces(),
    { name: 'EncryptionInfo', bytes: encryptionInfo({ packageSalt, integrity, salt, spins, keyEncryptor }) },
    { name: 'EncryptedPackage', bytes: encrypted },
  ]);
}

/** 2.3.4.4: the size, then the segments. The last one is padded to whole blocks; the size tells what counts. */
function encryptPackage(workbook: Uint8Array, key: Uint8Array, salt: Uint8Array): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(workbook.length));
  const segments: Buffer[] = [size];
  for (let at = 0; at < workbook.length; at += SEGMENT) {
    const segment = workbook.subarray(at, at + SEGMENT);
    const whole = Buffer.alloc(Math.ceil(segment.length / BLOCK) * BLOCK);
    whole.set(segment);
    segments.push(encrypt(whole, key, vectorFor(salt, uint32(at / SEGMENT))));
  }
  return Buffer.concat(segments);
}

/** 2.3.4.11: from the password, for each purpose a key. */
function keysOf(password: Secret, salt: Uint8Array, spins: number): (blockKey: Uint8Array) => Uint8Array {
  let digest = sha512(Buffer.concat([salt, Buffer.from(password.reveal(), 'utf16le')]));
  const round = Buffer.alloc(4 + HASH_BYTES);
  for (let spin = 0; spin < spins; spin++) {
    round.writeUInt32LE(spin);
    round.set(digest, 4);
    digest = sha512(round);
  }
  return (blockKey) => sha512(Buffer.concat([digest, blockKey])).subarray(0, KEY_BITS / 8);
}

/** 2.3.4.12: an initialization vector. */
function vectorFor(salt: Uint8Array, blockKey: Uint8Array): Uint8Array {
  return sha512(Buffer.concat([salt, blockKey])).subarray(0, BLOCK);
}

function encrypt(bytes: Uint8Array, key: Uint8Array, vector: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-cbc', key, vector).setAutoPadding(false);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

function sha512(bytes: Uint8Array): Buffer {
  return hash('sha512', bytes, 'buffer');
}

interface Info {
  packageSalt: Uint8Array;
  integrity: Readonly<Record<string, Uint8Array>>;
  salt: Uint8Array;
  spins: number;
  keyEncryptor: Readonly<Record<string, Uint8Array>>;
}

/** 2.3.4.10: version 4.4 and a flag, then XML. */
function encryptionInfo({ packageSalt, integrity, salt, spins, keyEncryptor }: Info): Buffer {
  const cipher =
    `saltSize="${SALT}" blockSize="${BLOCK}" keyBits="${KEY_BITS}" hashSize="${HASH_BYTES}" ` +
    'cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512"';
  const xml =
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n' +
    `<encryption xmlns="${NAMESPACE}/encryption" xmlns:p="${NAMESPACE}/keyEncryptor/password">` +
    `<keyData ${cipher} ${attributes({ saltValue: packageSalt })}/>` +
    `<dataIntegrity ${attributes(integrity)}/>` +
    `<keyEncryptors><keyEncryptor uri="${NAMESPACE}/keyEncryptor/password">` +
    `<p:encryptedKey spinCount="${spins}" ${cipher} ${attributes({ saltValue: salt, ...keyEncryptor })}/>` +
    '</keyEncryptor></keyEncryptors></encryption>';
  return Buffer.concat([Buffer.from('0400040040000000', 'hex'), Buffer.from(xml)]);
}

const NAMESPACE = 'http://schemas.microsoft.com/office/2006';

function attributes(values: Readonly<Record<string, Uint8Array>>): string {
  return Object.entries(values)
    .map(([name, bytes]) => `${name}="${Buffer.from(bytes).toString('base64')}"`)
    .join(' ');
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
