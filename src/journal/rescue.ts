import { encodeEntry } from './codec.ts';
import type { JournalEntry } from './entry.ts';
import type { JournalState } from './fold.ts';
import type { Journal } from './journal.ts';

/** What to save elsewhere if `line` cannot be written to the journal: the line and its intent, in case the whole journal is lost. */
export function rescuedLines(state: JournalState, tag: string, line: string): string {
  const intent = state.attempts.get(tag)?.intent;
  return intent ? `${encodeEntry(intent)}\n${line}\n` : `${line}\n`;
}

/** Adds entries that were saved elsewhere to the journal, unless it already has them. */
export async function adoptRescued(journal: Journal, entries: readonly JournalEntry[]): Promise<void> {
  for (const { at: _, ...entry } of entries) {
    const known = 'tag' in entry ? journal.state.attempts.get(entry.tag) : undefined;
    if (entry.type === 'intent' && known === undefined) await journal.append(entry);
    if (entry.type === 'created' && known?.status !== 'held') await journal.append(entry);
  }
}
