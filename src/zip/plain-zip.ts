import { crc32, deflateRawSync } from 'node:zlib';
import { zipArchive } from './zip-archive.ts';

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
