import { isGroup } from '../roster/group.ts';
import { encodeEntry } from './codec.ts';
import { ENTRY_VERSION, FIRST_VERSION, type JournalEntry } from './entry.ts';
import { foldEntry, type JournalState } from './fold.ts';

/** Where lines are written: resolves only when the line is on disk, throws if it cannot be written. */
export interface LineSink {
  append(line: string): Promise<void>;
}

/** An entry as a caller passes it: the journal adds the time. */
export type NewEntry = JournalEntry extends infer E ? (E extends JournalEntry ? Omit<E, 'at'> : never) : never;

/** The record of all changes. `state` always equals the result of reading the file again. */
export interface Journal {
  readonly state: JournalState;
  /** Resolves when the entry is on disk, fsynced; only then is it in the state. */
  append(entry: NewEntry): Promise<void>;
  /** The entry as a journal line with its time, to be saved elsewhere. */
  lineOf(entry: NewEntry): string;
}

/** Versions that do not know an entry that follows refuse the journal from here on. */
export async function raiseVersion(journal: Journal, version: number): Promise<void> {
  const { header } = journal.state;
  if (!header || header.version >= version) return;
  const { at: _, ...rest } = header;
  await journal.append({ ...rest, version });
}

/** The version that a journal with these entries says it has, at least: that of a line may be lost with the line. */
export function neededVersion(entries: readonly JournalEntry[]): number {
  const hasGroups = entries.some((entry) => {
    if (entry.type === 'roster') return entry.participants.some(isGroup);
    return (entry.type === 'intent' || entry.type === 'person') && isGroup(entry.participant);
  });
  if (entries.some(({ type }) => type === 'imported')) return ENTRY_VERSION.imported;
  return hasGroups ? ENTRY_VERSION.group : FIRST_VERSION;
}

export function createJournal(options: { state: JournalState; sink: LineSink; now: () => Date }): Journal {
  const { state, sink, now } = options;
  const stamp = (entry: NewEntry): JournalEntry => ({ ...entry, at: now().toISOString() });
  return {
    state,
    async append(entry) {
      const stamped = stamp(entry);
      await sink.append(encodeEntry(stamped));
      foldEntry(state, stamped);
    },
    lineOf: (entry) => encodeEntry(stamp(entry)),
  };
}
