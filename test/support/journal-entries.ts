import type { IntentEntry, JournalEntry, KeyFacts } from '../../src/journal/entry.ts';
import { foldJournal, type JournalState } from '../../src/journal/fold.ts';
import type { AccountKey } from '../../src/keys/account-key.ts';
import type { Participant } from '../../src/roster/participant.ts';

export const AT = '2026-03-02T09:00:00.000Z';

const HEADER: JournalEntry = { type: 'journal', at: AT, version: 1, prefix: 'W', base_url: 'http://127.0.0.1/api/v1' };

export function participant(name: string, ...emails: string[]): Participant {
  return {
    row: 2,
    rows: [2],
    name,
    surname: '',
    emails: emails.length === 0 ? [`${name.toLowerCase()}@example.org`] : emails,
  };
}

/** A key was asked for. `tag` also says which one it is: `aaaaaaaa`. */
export function intent(tag: string, who: Participant | null, more: Partial<IntentEntry> = {}): IntentEntry {
  const name = `W_${who?.name ?? 'solo'}_${tag}`;
  const wanted = { name, limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false };
  return { type: 'intent', at: AT, tag, person: tag, participant: who, wanted, ...more };
}

/** Its secret came; its hash is `hash-<tag>`. */
export function created(tag: string, facts: KeyFacts = { hash: `hash-${tag}` }): JournalEntry {
  return { type: 'created', at: AT, tag, key: secretOf(tag), facts };
}

export function secretOf(tag: string): string {
  return `sk-or-v1-test-secret-of-${tag}`;
}

/** A person whose key is held. */
export function held(tag: string, who: Participant | null, more: Partial<IntentEntry> = {}): JournalEntry[] {
  return [intent(tag, who, more), created(tag)];
}

/** A change of the key of a tag that was begun, and its end unless there is none. */
export function change(
  tag: string,
  what: Partial<Extract<JournalEntry, { type: 'change' }>>,
  result?: Extract<JournalEntry, { type: 'changed' }>['result'],
): JournalEntry[] {
  const { action = 'update', reason = 'update' } = what;
  const base = { at: AT, hash: `hash-${tag}`, action, reason } as const;
  return [
    { ...base, type: 'change', name: `W_${tag}`, before: {}, ...what },
    ...(result === undefined ? [] : [{ ...base, type: 'changed', result } as const]),
  ];
}

/** The key of a tag as the account lists it. */
export function listed(tag: string, who: Participant | null, more: Partial<AccountKey> = {}): AccountKey {
  const name = intent(tag, who).wanted.name;
  return {
    hash: `hash-${tag}`,
    name,
    limit: 1,
    limit_remaining: 1,
    limit_reset: null,
    usage: 0,
    created_at: AT,
    ...more,
  };
}

export function rosterEntry(...participants: Participant[]): JournalEntry {
  const table = { header: [], rows: [] };
  return { type: 'roster', at: AT, file: 'roster.csv', sheet: '', participants, table };
}

export function stateOf(...entries: (JournalEntry | JournalEntry[])[]): JournalState {
  return foldJournal([HEADER, ...entries.flat()]);
}
