import { createCipheriv, createHmac, pbkdf2Sync } from 'node:crypto';
import { packed, type ZipContent } from '../zip/plain-zip.ts';
import { type ZipEntry, zipArchive } from '../zip/zip-archive.ts';
import type { SealOptions } from './sealed-workbook.ts';

const BLOCK = 16;
const SALT = 16;
const KEY = 32;
const CHECK = 2;
const MAC = 10;
/** fixed by the format, and few: only for passwords that are random */
const ROUNDS = 1000;
const ENCRYPTED_WITH_AES = 99;

/**
 * A ZIP with a password that 7-Zip, WinZip and The Unarchiver open: AES-256 in the form AE-2 of
 * https://www.winzip.com/en/support/aes-encryption/. Names and sizes of the files stay readable.
 */
export function sealedZip(files: readonly ZipContent[], options: Omit<SealOptions, 'spins'>): Uint8Array<ArrayBuffer> {
  return zipArchive(files.map((file) => sealedEntry(file, options)));
}

function sealedEntry({ name, bytes }: ZipContent, { password, random }: Omit<SealOptions, 'spins'>): ZipEntry {
  const { method, data } = packed(bytes);
  const salt = random(SALT);
  const keys = pbkdf2Sync(password.reveal(), salt, ROUNDS, 2 * KEY + CHECK, 'sha1');
  const encrypted = encrypt(data, keys.subarray(0, KEY));
  const mac = createHmac('sha1', keys.subarray(KEY, 2 * KEY))
    .update(encrypted)
    .digest()
    .subarray(0, MAC);
  return {
    name,
    data: Buffer.concat([salt, keys.subarray(2 * KEY), encrypted, mac]),
    size: bytes.length,
    // AE-2: a checksum would tell about the content.
    crc: 0,
    method: ENCRYPTED_WITH_AES,
    extra: aesField(method),
  };
}

/** AES in counter mode with a counter in little-endian order from 1 on; Node's own counts in big-endian order. */
function encrypt(data: Uint8Array, key: Uint8Array): Buffer {
  const counters = Buffer.alloc(Math.ceil(data.length / BLOCK) * BLOCK);
  for (let block = 0; block * BLOCK < data.length; block++) counters.writeUInt32LE(block + 1, block * BLOCK);
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const stream = Buffer.concat([cipher.update(counters), cipher.final()]);
  return Buffer.from(data.map((byte, at) => byte ^ stream.readUInt8(at)));
}

/** The extra field 0x9901: AE-2 of the vendor "AE", AES-256, and how the content was compressed before. */
function aesField(method: number): Buffer {
  const aes256 = 3;
  const field = Buffer.from([0x01, 0x99, 7, 0, 2, 0, 0x41, 0x45, aes256, 0, 0]);
  field.writeUInt16LE(method, 9);
  return field;
}
