import { crc32 } from 'node:zlib';
import { JOURNAL_VERSION, type JournalEntry, parseJournalEntry } from './entry.ts';

/** A damaged line. `tags` are the tags that can still be read from it. */
export interface DamagedLine {
  /** 1-based */
  line: number;
  why: string;
  tags: string[];
}

export interface JournalText {
  entries: JournalEntry[];
  damaged: DamagedLine[];
  /** bytes up to the end of the last complete line; less than the file size if a crash left an incomplete last line */
  completeBytes: number;
  /** set if the journal was written by a newer version of orkeys */
  newerVersion: number | undefined;
}

/** One entry as a line of the journal, without the line break: JSON that ends with the CRC-32 of everything before it. */
export function encodeEntry(entry: JournalEntry): string {
  const text = JSON.stringify(asWritten(entry)).slice(0, -1);
  return `${text},"sum":"${checksum(text)}"}`;
}

/** Parses the bytes of a journal. Never throws: damaged lines are in the result. */
export function decodeJournal(bytes: Uint8Array): JournalText {
  const completeBytes = bytes.lastIndexOf(0x0a) + 1;
  const lines = new TextDecoder('utf-8').decode(bytes.subarray(0, completeBytes)).split('\n').slice(0, -1);
  const text: JournalText = { entries: [], damaged: [], completeBytes, newerVersion: undefined };
  for (const [index, raw] of lines.entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const read = decodeLine(line);
    if (typeof read === 'string') {
      text.damaged.push({ line: index + 1, why: read, tags: tagsIn(line) });
      continue;
    }
    if (read.type === 'journal' && read.version > JOURNAL_VERSION) text.newerVersion = read.version;
    text.entries.push(read);
  }
  if (text.entries[0]?.type !== 'journal' && lines.length > 0 && !text.damaged.some(({ line }) => line === 1)) {
    text.damaged.unshift({ line: 1, why: 'not the first line of a journal', tags: [] });
  }
  return text;
}

function decodeLine(line: string): JournalEntry | string {
  const sum = /,"sum":"([0-9a-f]{8})"\}$/.exec(line);
  if (!sum) return 'incomplete';
  const body = line.slice(0, sum.index);
  if (checksum(body) !== sum[1]) return 'wrong checksum: it was modified';
  try {
    return parseJournalEntry(asRead(JSON.parse(`${body}}`))) ?? 'unknown entry for this version';
  } catch {
    return 'not valid JSON';
  }
}

/** The file's own words, which older versions read too. */
function asWritten(entry: JournalEntry): object {
  if (entry.type === 'unresolved') return { ...entry, type: 'unknown' };
  if (entry.type !== 'changed') return entry;
  const { result } = entry;
  return { ...entry, result: result === 'refused' ? 'failed' : result === 'unresolved' ? 'unknown' : result };
}

function asRead(line: unknown): unknown {
  if (typeof line !== 'object' || line === null || !('type' in line)) return line;
  if (line.type === 'unknown') return { ...line, type: 'unresolved' };
  if (line.type !== 'changed' || !('result' in line)) return line;
  const { result } = line;
  return { ...line, result: result === 'failed' ? 'refused' : result === 'unknown' ? 'unresolved' : result };
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** An intent contains its tag twice, so one damaged copy is not enough to lose it. Names of people never end with a tag. */
function tagsIn(line: string): string[] {
  const own = /"tag":"([a-z2-7]{8})"/.exec(line)?.[1];
  const inName = /"wanted":\{"name":"[^"]*_([a-z2-7]{8})"/.exec(line)?.[1];
  return [...new Set([own, inName].flatMap((tag) => tag ?? []))];
}
