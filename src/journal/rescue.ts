import { encodeEntry } from './codec.ts';
import type { JournalEntry, JournalHeader } from './entry.ts';
import type { JournalState } from './fold.ts';
import type { Journal } from './journal.ts';

/**
 * What to save elsewhere if `line` cannot be written to the journal: the line and its intent, in case the whole journal is lost, after
 * the header, which tells the workshop and the account.
 */
export function rescuedLines(state: JournalState, tag: string, line: string): string {
  const before = [state.header, state.attempts.get(tag)?.intent].flatMap((entry) => entry ?? []);
  return [...before.map(encodeEntry), line].map((each) => `${each}\n`).join('');
}

/** The workshop and the account of a journal, as its header names them; an empty base URL means any. */
export type Whose = Pick<JournalHeader, 'prefix' | 'base_url' | 'account'>;

/** Whether entries that were saved elsewhere belong to this workshop and account. Older files have no header; they are accepted. */
export function fitsHere(entries: readonly JournalEntry[], here: Whose): boolean {
  const header = entries.find((entry) => entry.type === 'journal');
  if (header?.type !== 'journal') return true;
  const isOtherAccount = here.account !== undefined && header.account !== undefined && header.account !== here.account;
  return header.prefix === here.prefix && [header.base_url, ''].includes(here.base_url) && !isOtherAccount;
}

/** Adds entries that were saved elsewhere to the journal, unless it already has them. */
export async function adoptRescued(journal: Journal, entries: readonly JournalEntry[]): Promise<void> {
  for (const { at: _, ...entry } of entries) {
    const known = 'tag' in entry ? journal.state.attempts.get(entry.tag) : undefined;
    if (entry.type === 'intent' && known === undefined) await journal.append(entry);
    // One that another run found without its secret, and deleted, is nobody's key any more.
    const isOver = known?.status === 'held' || known?.status === 'orphan_removed';
    if (entry.type === 'created' && !isOver) await journal.append(entry);
  }
}
