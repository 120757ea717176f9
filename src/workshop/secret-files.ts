import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, inflateSync } from 'node:zlib';
import { CliError } from '../errors.ts';
import { readSafely } from '../files/safe-read.ts';
import { errnoOf } from '../files/save-error.ts';
import type { Redactor } from '../secret.ts';
import { createDeadline } from '../workbook/deadline.ts';

/** What reading every file of a folder told. Paths are relative to it, with `/`; a member of an archive stands after a colon. */
export interface SecretSearch {
  files: number;
  /** files with a secret, and in which of their members */
  found: string[];
  /** what could not be looked into, with the reason */
  unread: string[];
}

/** archives in archives in archives */
const DEEPEST = 3;
const ZIP = Buffer.from('PK\u0003\u0004');
const COMPOUND_FILE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const GZIP = Buffer.from('1f8b', 'hex');
/** How files begin whose content is compressed in a way that Node cannot undo, or drawn glyph by glyph. */
const CLOSED: readonly (readonly [start: Buffer, what: string])[] = [
  [Buffer.from('%PDF-'), 'a PDF, in which text cannot be searched'],
  [Buffer.from('PACK\0\0\0'), 'a pack of git'],
  [Buffer.from('377abcaf271c', 'hex'), 'a 7z archive'],
  [Buffer.from('526172211a07', 'hex'), 'a RAR archive'],
  [Buffer.from('fd377a585a00', 'hex'), 'compressed with xz'],
  [Buffer.from('28b52ffd', 'hex'), 'compressed with zstd'],
  [Buffer.from('BZh91AY&SY'), 'compressed with bzip2'],
];
/** bytes, of one file in a compressed one */
const MOST_INFLATED = 512_000_000;

/**
 * Reads every file in a folder and the folders in it, also what XLSX files, ZIP archives, gzip files and objects of git contain, and
 * names those with a secret, in their names too: one that the redactor knows, as it is or in base64, or whatever looks like a key.
 */
export async function searchSecrets(folder: string, redactor: Redactor, now: () => Date): Promise<SecretSearch> {
  const search: SecretSearch = { files: 0, found: [], unread: [] };
  for (const { path, kind } of await listAll(folder, '')) {
    const name = redactor.redact(path);
    if (name !== path) search.found.push(name);
    if (kind === 'closed') search.unread.push(`${name}: this folder cannot be read`);
    else if (kind === 'other') search.unread.push(`${name}: not a regular file`);
    else if (kind === 'file') await searchFile(join(folder, path), { name, redactor, now }, search);
  }
  return search;
}

interface Listed {
  /** relative to the folder that is searched */
  path: string;
  kind: 'file' | 'folder' | 'closed' | 'other';
}

/** Links are not followed. */
async function listAll(folder: string, above: string): Promise<Listed[]> {
  const entries = await readdir(join(folder, above), { withFileTypes: true });
  const each = await Promise.all(
    entries.map(async (entry): Promise<Listed[]> => {
      const path = above === '' ? entry.name : `${above}/${entry.name}`;
      if (!entry.isDirectory()) return [{ path, kind: entry.isFile() ? 'file' : 'other' }];
      try {
        return [{ path, kind: 'folder' }, ...(await listAll(folder, path))];
      } catch (error) {
        if (errnoOf(error) === undefined) throw error;
        return [{ path, kind: 'closed' }];
      }
    }),
  );
  return each.flat().sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Place {
  /** as it is shown, with its secrets masked */
  name: string;
  redactor: Redactor;
  now: () => Date;
}

async function searchFile(path: string, place: Place, search: SecretSearch): Promise<void> {
  try {
    const bytes = await readSafely(path);
    // A lock, for example, that its owner just removed.
    if (bytes === undefined) return;
    search.files += 1;
    await searchBytes(bytes, place, 0, search);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    search.unread.push(`${place.name}: ${place.redactor.redact(error.message)}`);
  }
}

async function searchBytes(bytes: Uint8Array, place: Place, depth: number, search: SecretSearch): Promise<void> {
  const { name, redactor } = place;
  if (showsSecret(bytes, redactor)) search.found.push(name);
  if (startsWith(bytes, COMPOUND_FILE) && Buffer.from(bytes).includes('EncryptedPackage', 0, 'utf16le')) {
    search.unread.push(`${name}: protected with a password`);
  }
  const closed = CLOSED.find(([start]) => startsWith(bytes, start));
  if (closed) search.unread.push(`${name}: ${closed[1]}`);
  const searchInside = startsWith(bytes, ZIP) ? searchArchive : isCompressed(bytes) ? searchCompressed : undefined;
  if (searchInside && depth === DEEPEST) search.unread.push(`${name}: too many archives in one another`);
  else await searchInside?.(bytes, place, depth, search);
}

/** gzip; or zlib, as git keeps its objects */
function isCompressed(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return startsWith(bytes, GZIP) || (first === 0x78 && (first * 256 + second) % 31 === 0);
}

async function searchCompressed(bytes: Uint8Array, place: Place, depth: number, search: SecretSearch): Promise<void> {
  const isGzip = startsWith(bytes, GZIP);
  const content = decompressed(bytes, isGzip ? gunzipSync : inflateSync);
  if (content) await searchBytes(content, { ...place, name: `${place.name}: content` }, depth + 1, search);
  // A text may begin like zlib.
  else if (isGzip) search.unread.push(`${place.name}: the gzip file is damaged or too large`);
}

function decompressed(bytes: Uint8Array, decompress: typeof inflateSync): Uint8Array | undefined {
  try {
    return decompress(bytes, { maxOutputLength: MOST_INFLATED });
  } catch (error) {
    // Z_DATA_ERROR and its like
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

async function searchArchive(bytes: Uint8Array, place: Place, depth: number, search: SecretSearch): Promise<void> {
  const { openZip } = await import('../workbook/open-zip.ts');
  try {
    const zip = await openZip(place.name, bytes, createDeadline(place.name, bytes.length, place.now));
    for (const member of zip.names) {
      const parts: Buffer[] = [];
      for await (const part of zip.read(member)) parts.push(part);
      await searchBytes(
        Buffer.concat(parts),
        { ...place, name: `${place.name}: ${place.redactor.redact(member)}` },
        depth + 1,
        search,
      );
    }
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    search.unread.push(`${place.name}: ${error.code === 'encrypted' ? 'protected with a password' : error.message}`);
  }
}

function showsSecret(bytes: Uint8Array, redactor: Redactor): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (redactor.finds(text) || KEY_IN_BASE64.test(text)) return true;
  // In UTF-16, every other byte of a secret is zero.
  if (text.includes('\0') && redactor.finds(text.replaceAll('\0', ''))) return true;
  // A page shows a secret in groups, each an element of its own; so may a cell of a workbook.
  return text.includes('<') && redactor.finds(text.replaceAll(/<[^<>]*>/g, ''));
}

/** Once a workshop forgot its secrets, only their beginning tells a key: `sk-or-v1-` after 0, 1 or 2 bytes of a group of three. */
const KEY_IN_BASE64 = /(?:c2stb3ItdjEt|NrLW9yLXYxL|zay1vci12MS)[\w+/-]{20}/;

function startsWith(bytes: Uint8Array, start: Buffer): boolean {
  return start.equals(bytes.subarray(0, start.length));
}
