/** A file in an archive, as its bytes are stored there: compressed, encrypted, both or neither. */
export interface ZipEntry {
  /** `/` between folders */
  name: string;
  data: Uint8Array;
  /** of the content, in bytes */
  size: number;
  /** CRC-32 of the content */
  crc: number;
  /** 0 = stored, 8 = deflated, 99 = encrypted with AES */
  method: number;
  extra?: Uint8Array;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
const AES = 99;
/** the name is UTF-8 */
const UTF8 = 0x0800;
const ENCRYPTED = 0x0001;
/** 1980-01-01 00:00, the earliest that a zip can say, so that the same content is the same archive */
const TIME = 0x00210000;
/** made on Unix, where what is unpacked is readable for its owner alone: -rw------- */
const UNIX = 3;
const PRIVATE_FILE = 0o100600 * 2 ** 16;

/**
 * The layout of https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3: each file after its local header, then the
 * directory. For fewer than 65,536 files and 4 GB.
 */
export function zipArchive(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer> {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name, 'utf8');
    const extra = entry.extra ?? new Uint8Array();
    const common = commonFields(entry, name.length, extra.length);
    const local = [bytes(4, LOCAL_HEADER), common, name, extra, entry.data];
    const made = bytes(2, UNIX * 256 + versionFor(entry));
    const noComment = bytes(6, 0);
    directory.push(bytes(4, CENTRAL_HEADER), made, common, noComment, bytes(4, PRIVATE_FILE));
    directory.push(bytes(4, offset), name, extra);
    files.push(...local);
    offset += lengthOf(local);
  }
  const count = bytes(2, entries.length);
  const end = [bytes(4, END), bytes(4, 0), count, count, bytes(4, lengthOf(directory)), bytes(4, offset), bytes(2, 0)];
  return join([...files, ...directory, ...end]);
}

/** The fields that the local and the central header share: version, flags, method, time, CRC, sizes, lengths. */
function commonFields(entry: ZipEntry, nameLength: number, extraLength: number): Buffer {
  return Buffer.concat([
    bytes(2, versionFor(entry)),
    bytes(2, UTF8 | (entry.method === AES ? ENCRYPTED : 0)),
    bytes(2, entry.method),
    bytes(4, TIME),
    bytes(4, entry.crc),
    bytes(4, entry.data.length),
    bytes(4, entry.size),
    bytes(2, nameLength),
    bytes(2, extraLength),
  ]);
}

/** The version of the format that a reader must know: 2.0, or 5.1 for AES. */
function versionFor({ method }: ZipEntry): number {
  return method === AES ? 51 : 20;
}

function bytes(length: number, value: number): Buffer {
  const buffer = Buffer.alloc(length);
  buffer.writeUIntLE(value, 0, length);
  return buffer;
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** In a buffer of its own, not in a part of a shared one. */
function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(lengthOf(parts));
  let position = 0;
  for (const part of parts) {
    all.set(part, position);
    position += part.length;
  }
  return all;
}
