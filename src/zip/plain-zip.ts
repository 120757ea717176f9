import { crc32, createDeflateRaw, type DeflateRaw, deflateRawSync } from 'node:zlib';
import { type ZipEntry, zipArchive } from './zip-archive.ts';

/** A file to put into an archive. */
export interface ZipContent {
  /** `/` between folders */
  name: string;
  bytes: Uint8Array;
}

/** An archive that every system opens. The same files give the same bytes. */
export function plainZip(files: readonly ZipContent[]): Uint8Array<ArrayBuffer> {
  return zipArchive(
    files.map(({ name, bytes }) => ({ name, size: bytes.length, crc: crc32(bytes), ...packed(bytes) })),
  );
}

/** An archive without compression: what is read again at once need not be small. */
export function storedZip(files: readonly ZipContent[]): Uint8Array<ArrayBuffer> {
  return zipArchive(
    files.map(({ name, bytes }) => ({ name, size: bytes.length, crc: crc32(bytes), method: STORED, data: bytes })),
  );
}

const STORED = 0;
const DEFLATED = 8;

/** Deflated where that makes it smaller. */
export function packed(bytes: Uint8Array): { method: number; data: Uint8Array } {
  const deflated = deflateRawSync(bytes);
  return deflated.length < bytes.length ? { method: DEFLATED, data: deflated } : { method: STORED, data: bytes };
}

/** A file that is made piece by piece and need not be in memory as a whole: a piece is asked for when those before it are packed. */
export async function packedPieces(pieces: Iterable<Buffer>): Promise<Omit<ZipEntry, 'name'>> {
  const packer = createDeflateRaw();
  const data = outOf(packer);
  let size = 0;
  let crc = 0;
  for (const piece of pieces) {
    size += piece.length;
    crc = crc32(piece, crc);
    if (!packer.write(piece)) await new Promise<void>((resolve) => packer.once('drain', resolve));
  }
  packer.end();
  return { size, crc, method: DEFLATED, data: await data };
}

async function outOf(packer: DeflateRaw): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of packer) chunks.push(chunk);
  return Buffer.concat(chunks);
}
