import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../errors.ts';
import { readSafely } from '../files/safe-read.ts';
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

/**
 * Reads every file in a folder and the folders in it, also what XLSX files and ZIP archives contain, and names those with a secret:
 * one that the redactor knows, as it is or in base64, or whatever looks like a key.
 */
export async function searchSecrets(folder: string, redactor: Redactor, now: () => Date): Promise<SecretSearch> {
  const search: SecretSearch = { files: 0, found: [], unread: [] };
  for (const { name, isFile } of await listAll(folder, '')) {
    if (!isFile) search.unread.push(`${name}: not a regular file`);
    else await searchFile({ folder, name, redactor, now }, search);
  }
  return search;
}

/** Links are not followed. */
async function listAll(folder: string, above: string): Promise<{ name: string; isFile: boolean }[]> {
  const entries = await readdir(join(folder, above), { withFileTypes: true });
  const each = await Promise.all(
    entries.map((entry) => {
      const name = above === '' ? entry.name : `${above}/${entry.name}`;
      return entry.isDirectory() ? listAll(folder, name) : [{ name, isFile: entry.isFile() }];
    }),
  );
  return each.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
}

interface Place {
  folder: string;
  name: string;
  redactor: Redactor;
  now: () => Date;
}

async function searchFile(place: Place, search: SecretSearch): Promise<void> {
  try {
    const bytes = await readSafely(join(place.folder, place.name));
    // A lock, for example, that its owner just removed.
    if (bytes === undefined) return;
    search.files += 1;
    await searchBytes(bytes, place, 0, search);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    search.unread.push(`${place.name}: ${error.message}`);
  }
}

async function searchBytes(bytes: Uint8Array, place: Place, depth: number, search: SecretSearch): Promise<void> {
  const { name, redactor } = place;
  if (showsSecret(bytes, redactor)) search.found.push(name);
  if (startsWith(bytes, COMPOUND_FILE) && Buffer.from(bytes).includes('EncryptedPackage', 0, 'utf16le')) {
    search.unread.push(`${name}: protected with a password`);
  }
  if (!startsWith(bytes, ZIP)) return;
  if (depth === DEEPEST) {
    search.unread.push(`${name}: too many archives in one another`);
    return;
  }
  await searchArchive(bytes, place, depth, search);
}

async function searchArchive(bytes: Uint8Array, place: Place, depth: number, search: SecretSearch): Promise<void> {
  const { openZip } = await import('../workbook/open-zip.ts');
  try {
    const zip = await openZip(place.name, bytes, createDeadline(place.name, bytes.length, place.now));
    for (const member of zip.names) {
      const parts: Buffer[] = [];
      for await (const part of zip.read(member)) parts.push(part);
      await searchBytes(Buffer.concat(parts), { ...place, name: `${place.name}: ${member}` }, depth + 1, search);
    }
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    search.unread.push(`${place.name}: ${error.code === 'encrypted' ? 'protected with a password' : error.message}`);
  }
}

function showsSecret(bytes: Uint8Array, redactor: Redactor): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (redactor.finds(text)) return true;
  // In UTF-16, every other byte of a secret is zero.
  if (text.includes('\0') && redactor.finds(text.replaceAll('\0', ''))) return true;
  // A page shows a secret in groups, each an element of its own; so may a cell of a workbook.
  return text.includes('<') && redactor.finds(text.replaceAll(/<[^<>]*>/g, ''));
}

function startsWith(bytes: Uint8Array, start: Buffer): boolean {
  return start.equals(bytes.subarray(0, start.length));
}
