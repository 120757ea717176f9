import { JOURNAL_VERSION, type JournalEntry, parseJournalEntry } from './entry.ts';
import { decodeLogLines, encodeLogLine } from './log-lines.ts';

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

/** One entry as a line of the journal, without the line break. */
export function encodeEntry(entry: JournalEntry): string {
  return encodeLogLine(asWritten(entry));
}

/** Parses the bytes of a journal. Never throws: damaged lines are in the result. */
export function decodeJournal(bytes: Uint8Array): JournalText {
  const { entries, damaged, completeBytes, isEmpty } = decodeLogLines(bytes, (value) =>
    parseJournalEntry(asRead(value)),
  );
  const text: JournalText = {
    entries,
    damaged: damaged.map(({ line, why, raw }) => ({ line, why, tags: tagsIn(raw) })),
    completeBytes,
    newerVersion: undefined,
  };
  for (const entry of entries) {
    if (entry.type === 'journal' && entry.version > JOURNAL_VERSION) text.newerVersion = entry.version;
  }
  if (entries[0]?.type !== 'journal' && !isEmpty && !text.damaged.some(({ line }) => line === 1)) {
    text.damaged.unshift({ line: 1, why: 'not the first line of a journal', tags: [] });
  }
  return text;
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

/** An intent contains its tag twice, so one damaged copy is not enough to lose it. Names of people never end with a tag. */
function tagsIn(line: string): string[] {
  const own = /"tag":"([a-z2-7]{8})"/.exec(line)?.[1];
  const inName = /"wanted":\{"name":"[^"]*_([a-z2-7]{8})"/.exec(line)?.[1];
  return [...new Set([own, inName].flatMap((tag) => tag ?? []))];
}
