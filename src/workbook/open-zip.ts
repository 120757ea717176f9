import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import type { Deadline } from './deadline.ts';
import { corrupt, encrypted, tooBig } from './refusals.ts';

/** A zip whose names, sizes and ratios were looked at before anything was inflated. Nothing is ever written to disk. */
export interface Zip {
  /** names as the zip has them, `/` between folders, no leading one */
  names: readonly string[];
  /** The part's bytes, inflated piece by piece and checked against size and CRC; the name's letter case does not matter. */
  read(name: string): AsyncGenerator<Buffer>;
  has(name: string): boolean;
  /** in bytes, unpacked, as the zip's table of contents says; 0 where there is no such part */
  size(name: string): number;
}

const MAX_ENTRIES = 10_000;
const MAX_PART = 400 * 2 ** 20;
const MAX_TOTAL = 800 * 2 ** 20;
/** real sheets reach 1:60 */
const MAX_RATIO = 200;
/** deflate packs at most 1:1,032 */
const DEFLATE_LIMIT = 1_040;
/** below this size the ratio says nothing */
const RATIO_FROM = 20 * 2 ** 20;

export async function openZip(file: string, bytes: Uint8Array, deadline: Deadline): Promise<Zip> {
  const entries = new Map<string, Entry>();
  const names: string[] = [];
  const zip = await openDirectory(file, bytes);
  let total = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const name = partName(file, entry);
      if (name.endsWith('/')) continue;
      if (entry.isEncrypted()) throw encrypted(file);
      if (entries.has(name.toLowerCase())) throw corrupt(file, 'its archive has two parts of the same name');
      entries.set(name.toLowerCase(), entry);
      names.push(name);
      total += entry.uncompressedSize;
      refuseHuge(file, entry, total, names.length);
    }
  } catch (error) {
    throw asRefusal(file, error, 'its table of contents cannot be read');
  }
  return {
    names,
    has: (name) => entries.has(name.toLowerCase()),
    size: (name) => entries.get(name.toLowerCase())?.uncompressedSize ?? 0,
    read: (name) => readEntry(file, zip, entries.get(name.toLowerCase()), deadline),
  };
}

async function openDirectory(file: string, bytes: Uint8Array): Promise<ZipFile> {
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return await fromBufferPromise(buffer, { lazyEntries: true, decodeStrings: false });
  } catch (error) {
    throw corrupt(file, 'the file is incomplete, possibly after an interrupted download', error);
  }
}

function partName(file: string, entry: Entry): string {
  const name = entry.fileNameRaw.toString('utf8').replaceAll('\\', '/').replace(/^\/+/, '');
  if (name.split('/').includes('..') || /^[a-z]:/i.test(name) || name.includes('\0')) {
    throw corrupt(file, 'its archive has a part whose name leads out of the archive');
  }
  return name;
}

function refuseHuge(file: string, entry: Entry, total: number, count: number): void {
  if (count > MAX_ENTRIES) throw tooBig(file, 'its archive has more than 10,000 parts');
  if (entry.uncompressedSize > RATIO_FROM && entry.uncompressedSize > entry.compressedSize * DEFLATE_LIMIT) {
    throw corrupt(file, 'the sizes in its table of contents cannot be true');
  }
  if (entry.uncompressedSize > MAX_PART || total > MAX_TOTAL)
    throw tooBig(file, 'it would unpack to hundreds of megabytes');
  if (entry.uncompressedSize > RATIO_FROM && entry.uncompressedSize > entry.compressedSize * MAX_RATIO) {
    throw tooBig(file, 'a part is compressed so much that it looks like a zip bomb');
  }
}

async function* readEntry(
  file: string,
  zip: ZipFile,
  entry: Entry | undefined,
  deadline: Deadline,
): AsyncGenerator<Buffer> {
  if (!entry) throw corrupt(file, 'a part is missing');
  let checksum = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) continue;
      deadline.check();
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } catch (error) {
    throw asRefusal(file, error, 'a part of it cannot be unpacked');
  }
  if (checksum !== entry.crc32) throw corrupt(file, 'a part has a wrong checksum');
}

function asRefusal(file: string, error: unknown, why: string): Error {
  return error instanceof Error && error.name === 'CliError' ? error : corrupt(file, why, error);
}
