import { encodeEntry } from './codec.ts';
import type { JournalEntry } from './entry.ts';
import { foldEntry, type JournalState } from './fold.ts';

/** Where lines go: resolves only when the line is on disk, throws when it cannot be put there. */
export interface LineSink {
  append(line: string): Promise<void>;
}

/** An entry as a caller writes it: the journal puts the time on it. */
export type NewEntry = JournalEntry extends infer E ? (E extends JournalEntry ? Omit<E, 'at'> : never) : never;

/** The one memory of what was done. `state` always equals what reading the file back would give. */
export interface Journal {
  readonly state: JournalState;
  /** Resolves when the entry is on disk, fsynced; only then does the state know it. */
  append(entry: NewEntry): Promise<void>;
  /** The entry as a line of the journal, stamped with the time, for where it has to be saved elsewhere. */
  lineOf(entry: NewEntry): string;
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
