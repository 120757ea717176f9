import { crc32 } from 'node:zlib';
import { parseJson } from '../parse-json.ts';

/** A line that cannot be read. `raw` is its text. */
export interface DamagedLogLine {
  /** 1-based */
  line: number;
  why: string;
  raw: string;
}

/** The lines of an append-only log. */
export interface LogLines<E> {
  entries: E[];
  damaged: DamagedLogLine[];
  /** bytes up to the end of the last complete line; less than the file size if a crash left an incomplete last line */
  completeBytes: number;
  /** no complete line at all */
  isEmpty: boolean;
}

/** One entry as a line, without the line break: JSON that ends with the CRC-32 of everything before it. */
export function encodeLogLine(entry: object): string {
  const text = JSON.stringify(entry).slice(0, -1);
  return `${text},"sum":"${checksum(text)}"}`;
}

/** Parses the bytes of a log; `parse` returns undefined for what is no entry of it. Never throws: damaged lines are in the result. */
export function decodeLogLines<E>(bytes: Uint8Array, parse: (value: unknown) => E | undefined): LogLines<E> {
  const completeBytes = bytes.lastIndexOf(0x0a) + 1;
  const decoded: LogLines<E> = { entries: [], damaged: [], completeBytes, isEmpty: completeBytes === 0 };
  for (const read of eachLogLine(bytes, parse)) {
    if ('why' in read) decoded.damaged.push(read);
    else decoded.entries.push(read.entry);
  }
  return decoded;
}

/** The complete lines one after the other, so that a log of hundreds of thousands of rows need not be in memory as a whole. */
export function* eachLogLine<E>(
  bytes: Uint8Array,
  parse: (value: unknown) => E | undefined,
): Generator<{ entry: E } | DamagedLogLine> {
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0) return;
    // A byte order mark is let go at the beginning of the file only.
    const text = (line === 1 ? FILE_START : MIDDLE).decode(bytes.subarray(start, end));
    const raw = text.endsWith('\r') ? text.slice(0, -1) : text;
    const read = decodeLine(raw, parse);
    yield 'why' in read ? { line, why: read.why, raw } : read;
    start = end + 1;
  }
}

const FILE_START = new TextDecoder('utf-8');
const MIDDLE = new TextDecoder('utf-8', { ignoreBOM: true });

/** length of `,"sum":"01234567"}` */
const END = 18;

function decodeLine<E>(line: string, parse: (value: unknown) => E | undefined): { entry: E } | { why: string } {
  // Only the end is searched: a line may hold a roster.
  const sum = /^,"sum":"([0-9a-f]{8})"\}$/.exec(line.slice(-END));
  if (!sum) return { why: 'incomplete' };
  const body = line.slice(0, -END);
  if (checksum(body) !== sum[1]) return { why: 'wrong checksum: it was modified' };
  const value = parseJson(`${body}}`);
  if (value === undefined) return { why: 'not valid JSON' };
  const entry = parse(value);
  return entry === undefined ? { why: 'unknown entry for this version' } : { entry };
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
