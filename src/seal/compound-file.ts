/** A stream or a storage: a file and a folder inside a compound file. */
export type CompoundEntry =
  | { name: string; bytes: Uint8Array; children?: undefined }
  | { name: string; children: readonly CompoundEntry[]; bytes?: undefined };

const SECTOR = 512;
const MINI_SECTOR = 64;
/** bytes; a smaller stream lies in mini sectors */
const MINI_CUTOFF = 4096;
const ENTRY_SIZE = 128;
const PER_FAT_SECTOR = SECTOR / 4;
/** the header holds as many addresses of FAT sectors; more are in a chain of sectors of their own */
const FAT_IN_HEADER = 109;

const FREE = 0xffffffff;
const END_OF_CHAIN = 0xfffffffe;
const FAT_SECTOR = 0xfffffffd;
const DIFAT_SECTOR = 0xfffffffc;
const NO_ENTRY = 0xffffffff;

/**
 * A compound file ("OLE2") of version 3, as https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb (MS-CFB) describes
 * it: a small file system, whose chains of sectors are in a table, the FAT. Sectors here are in order, each chain in one piece.
 */
export function compoundFile(children: readonly CompoundEntry[]): Uint8Array {
  const entries = flatten(children);
  const mini = layMiniStream(entries);
  const large = entries.flatMap((entry) => {
    const { bytes } = entry;
    return bytes && bytes.length >= MINI_CUTOFF ? [{ entry, bytes, sectors: sectorsFor(bytes.length) }] : [];
  });
  const counts = {
    directory: sectorsFor(entries.length * ENTRY_SIZE),
    miniFat: sectorsFor(mini.fat.length * 4),
    miniStream: sectorsFor(mini.stream.length),
    large: large.reduce((sum, { sectors }) => sum + sectors, 0),
  };
  const content = counts.directory + counts.miniFat + counts.miniStream + counts.large;
  const tables = countTables(content);
  const fat = new Fat(content + tables.fat + tables.difat);
  const fatStart = fat.addAll(tables.fat, FAT_SECTOR);
  const difatStart = fat.addAll(tables.difat, DIFAT_SECTOR);
  const directoryStart = fat.addChain(counts.directory);
  const miniFatStart = fat.addChain(counts.miniFat);
  const miniStreamStart = fat.addChain(counts.miniStream);
  for (const { entry, sectors } of large) entry.start = fat.addChain(sectors);

  const directory = entries.map((entry) =>
    entry.id === 0 ? { ...entry, start: miniStreamStart, size: mini.stream.length } : entry,
  );
  const fatSectors = Array.from({ length: tables.fat }, (_, index) => fatStart + index);
  return Buffer.concat([
    header({ tables, fatSectors, difatStart, directoryStart, miniFatStart, miniFatSectors: counts.miniFat }),
    padded(words(fat.next), SECTOR, 0xff),
    difat(fatSectors.slice(FAT_IN_HEADER), difatStart),
    padded(Buffer.concat(directory.map(directoryEntry)), SECTOR, 0),
    padded(words(mini.fat), SECTOR, 0xff),
    padded(mini.stream, SECTOR, 0),
    ...large.map(({ bytes }) => padded(bytes, SECTOR, 0)),
  ]);
}

/** An entry of the directory. Siblings are a search tree. */
interface DirectoryEntry {
  id: number;
  name: string;
  bytes: Uint8Array | undefined;
  left: number;
  right: number;
  child: number;
  start: number;
  size: number;
}

/** The root, then all others: an entry's number is its place. */
function flatten(children: readonly CompoundEntry[]): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  const add = ({ name, bytes, children: inside = [] }: CompoundEntry): number => {
    const id = entries.length;
    const size = bytes?.length ?? 0;
    const entry = { id, name, bytes, left: NO_ENTRY, right: NO_ENTRY, child: NO_ENTRY, start: 0, size };
    entries.push(entry);
    if (bytes) entry.start = END_OF_CHAIN;
    entry.child = balance(inside.map((each) => ({ id: add(each), name: each.name })).sort(byName), entries);
    return id;
  };
  add({ name: 'Root Entry', children });
  return entries;
}

/** MS-CFB 2.6.4: the shorter name comes first. */
function byName(a: { name: string }, b: { name: string }): number {
  if (a.name.length !== b.name.length) return a.name.length - b.name.length;
  return a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1;
}

/** Makes a tree of sorted siblings and returns its root. All nodes may be black (2.6.4), so that it need only be a search tree. */
function balance(sorted: readonly { id: number }[], entries: readonly DirectoryEntry[]): number {
  const middle = sorted.length >> 1;
  const root = sorted[middle];
  const entry = root && entries[root.id];
  if (!entry) return NO_ENTRY;
  entry.left = balance(sorted.slice(0, middle), entries);
  entry.right = balance(sorted.slice(middle + 1), entries);
  return entry.id;
}

/** Small streams one after the other, with a table of their own. */
function layMiniStream(entries: readonly DirectoryEntry[]): { stream: Buffer; fat: number[] } {
  const parts: Buffer[] = [];
  const fat: number[] = [];
  for (const entry of entries) {
    const { bytes } = entry;
    if (!bytes || bytes.length === 0 || bytes.length >= MINI_CUTOFF) continue;
    entry.start = fat.length;
    const count = Math.ceil(bytes.length / MINI_SECTOR);
    for (let at = 1; at < count; at++) fat.push(entry.start + at);
    fat.push(END_OF_CHAIN);
    parts.push(padded(bytes, MINI_SECTOR, 0));
  }
  return { stream: Buffer.concat(parts), fat };
}

/** The tables take sectors of their own, which are in the tables too. */
function countTables(content: number): { fat: number; difat: number } {
  let fat = 0;
  let difat = 0;
  for (;;) {
    const needed = Math.ceil((content + fat + difat) / PER_FAT_SECTOR);
    const further = Math.ceil(Math.max(0, needed - FAT_IN_HEADER) / (PER_FAT_SECTOR - 1));
    if (needed === fat && further === difat) return { fat, difat };
    fat = needed;
    difat = further;
  }
}

/** The table of sectors: for each, the one that follows it. */
class Fat {
  readonly next: Uint32Array;
  #used = 0;

  constructor(sectors: number) {
    this.next = new Uint32Array(sectors);
  }

  /** Returns the first sector. */
  addAll(count: number, value: number): number {
    const start = this.#used;
    this.next.fill(value, start, start + count);
    this.#used += count;
    return start;
  }

  addChain(count: number): number {
    if (count === 0) return END_OF_CHAIN;
    const start = this.addAll(count, END_OF_CHAIN);
    for (let at = start; at < start + count - 1; at++) this.next[at] = at + 1;
    return start;
  }
}

interface HeaderFields {
  tables: { fat: number; difat: number };
  fatSectors: readonly number[];
  difatStart: number;
  directoryStart: number;
  miniFatStart: number;
  miniFatSectors: number;
}

function header({ tables, fatSectors, ...at }: HeaderFields): Buffer {
  const bytes = Buffer.alloc(SECTOR);
  bytes.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  bytes.writeUInt16LE(0x3e, 24);
  bytes.writeUInt16LE(3, 26);
  // the byte order, little-endian
  bytes.writeUInt16LE(0xfffe, 28);
  bytes.writeUInt16LE(Math.log2(SECTOR), 30);
  bytes.writeUInt16LE(Math.log2(MINI_SECTOR), 32);
  bytes.writeUInt32LE(tables.fat, 44);
  bytes.writeUInt32LE(at.directoryStart, 48);
  bytes.writeUInt32LE(MINI_CUTOFF, 56);
  bytes.writeUInt32LE(at.miniFatStart, 60);
  bytes.writeUInt32LE(at.miniFatSectors, 64);
  bytes.writeUInt32LE(tables.difat > 0 ? at.difatStart : END_OF_CHAIN, 68);
  bytes.writeUInt32LE(tables.difat, 72);
  bytes.fill(0xff, 76);
  for (const [index, sector] of fatSectors.slice(0, FAT_IN_HEADER).entries())
    bytes.writeUInt32LE(sector, 76 + index * 4);
  return bytes;
}

/** Addresses of further FAT sectors; the last of each sector leads to the next one. */
function difat(fatSectors: readonly number[], start: number): Buffer {
  const addresses: number[] = [];
  const perSector = PER_FAT_SECTOR - 1;
  const count = Math.ceil(fatSectors.length / perSector);
  for (let index = 0; index < count; index++) {
    const part = fatSectors.slice(index * perSector, (index + 1) * perSector);
    addresses.push(...part, ...Array.from({ length: perSector - part.length }, () => FREE));
    addresses.push(index === count - 1 ? END_OF_CHAIN : start + index + 1);
  }
  return words(addresses);
}

const ROOT = 5;
const STREAM = 2;
const STORAGE = 1;
const BLACK = 1;

function directoryEntry({ id, name, bytes, left, right, child, start, size }: DirectoryEntry): Buffer {
  const entry = Buffer.alloc(ENTRY_SIZE);
  entry.write(name, 'utf16le');
  entry.writeUInt16LE((name.length + 1) * 2, 64);
  entry.writeUInt8(id === 0 ? ROOT : bytes ? STREAM : STORAGE, 66);
  entry.writeUInt8(BLACK, 67);
  entry.writeUInt32LE(left, 68);
  entry.writeUInt32LE(right, 72);
  entry.writeUInt32LE(child, 76);
  entry.writeUInt32LE(start, 116);
  entry.writeUInt32LE(size, 120);
  return entry;
}

function sectorsFor(bytes: number): number {
  return Math.ceil(bytes / SECTOR);
}

function words(values: Iterable<number>): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}

function padded(bytes: Uint8Array, unit: number, filler: number): Buffer {
  const rest = (unit - (bytes.length % unit)) % unit;
  return Buffer.concat([bytes, Buffer.alloc(rest, filler)]);
}
