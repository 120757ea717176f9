import { crc32 } from 'node:zlib';
import { JOURNAL_VERSION, type JournalEntry, parseJournalEntry } from './entry.ts';

/** A line that cannot be trusted. `tags` are the tags that it names, as far as that can be seen. */
export interface DamagedLine {
  /** 1-based */
  line: number;
  why: string;
  tags: string[];
}

export interface JournalText {
  entries: JournalEntry[];
  damaged: DamagedLine[];
  /** bytes up to the end of the last whole line; less than the file's size when a crash tore the last line */
  wholeBytes: number;
  /** set when the journal was written by a newer version of the tool */
  newerVersion: number | undefined;
}

/** One entry as a line of the journal, without its line break: JSON that ends in the CRC-32 of what stands before it. */
export function encodeEntry(entry: JournalEntry): string {
  const text = JSON.stringify(asWritten(entry)).slice(0, -1);
  return `${text},"sum":"${checksum(text)}"}`;
}

/** Reads a journal's bytes. Never throws: what is wrong is told, line by line. */
export function decodeJournal(bytes: Uint8Array): JournalText {
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1;
  const lines = new TextDecoder('utf-8').decode(bytes.subarray(0, wholeBytes)).split('\n').slice(0, -1);
  const text: JournalText = { entries: [], damaged: [], wholeBytes, newerVersion: undefined };
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
    text.damaged.unshift({ line: 1, why: 'it is not the first line of a journal', tags: [] });
  }
  return text;
}

function decodeLine(line: string): JournalEntry | string {
  const sum = /,"sum":"([0-9a-f]{8})"\}$/.exec(line);
  if (!sum) return 'its end is missing';
  const body = line.slice(0, sum.index);
  if (checksum(body) !== sum[1]) return 'its checksum does not match: something changed it';
  try {
    return parseJournalEntry(asRead(JSON.parse(`${body}}`))) ?? 'it is not an entry that this version knows';
  } catch {
    return 'it is not JSON';
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

/** Where one of the two places that name a tag is damaged, the other still tells it. Names of people end in no tag of ours. */
function tagsIn(line: string): string[] {
  const own = /"tag":"([a-z2-7]{8})"/.exec(line)?.[1];
  const inName = /"wanted":\{"name":"[^"]*_([a-z2-7]{8})"/.exec(line)?.[1];
  return [...new Set([own, inName].flatMap((tag) => tag ?? []))];
}
