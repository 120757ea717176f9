import { type Attempt, type HeldAttempt, isUnresolved } from '../journal/attempt.ts';
import { toKeyFacts } from '../journal/entry.ts';
import { heldKeys, type JournalState } from '../journal/fold.ts';
import type { AccountKey, KeyListing } from '../keys/account-key.ts';
import { tagOf } from '../keys/key-name.ts';
import type { Change } from './change.ts';

/** Attempts whose outcome is unknown: a listing has to tell. */
export function unresolvedAttempts(state: JournalState): Attempt[] {
  return [...state.attempts.values()].filter(isUnresolved);
}

/** Keys whose secret is held and whose hash is not known: a listing has to tell it. */
export function unlocatedKeys(state: JournalState): HeldAttempt[] {
  return heldKeys(state).filter(({ life, facts }) => life === 'active' && facts.hash === undefined);
}

/**
 * Settles doubt by looking: what a complete listing says about the tags that this journal issued. A key that bears one of
 * them and whose secret is not held is an orphan. Tags that the journal did not issue are never touched.
 * `sure` = the listing joins two, a settle time apart, so that absence counts.
 */
export function planSweep(state: JournalState, listing: KeyListing, sure: boolean): Change[] {
  if (!listing.complete) return [];
  const seen = new Set<string>();
  const changes: Change[] = [];
  for (const key of listing.keys) {
    const tag = tagOf(key.name);
    const attempt = tag === undefined ? undefined : state.attempts.get(tag);
    if (!attempt) continue;
    seen.add(attempt.tag);
    const change = settle(attempt, key, listing.keys);
    if (change) changes.push(change);
  }
  if (sure) {
    for (const { tag } of unresolvedAttempts(state)) {
      if (!seen.has(tag)) changes.push({ kind: 'record_absent', tag });
    }
  }
  return changes;
}

function settle(attempt: Attempt, key: AccountKey, all: readonly AccountKey[]): Change | undefined {
  const { tag } = attempt;
  if (attempt.status === 'held') {
    return isKeyOf(attempt, key, all) ? { kind: 'locate', tag, facts: toKeyFacts(key) } : undefined;
  }
  if (attempt.status === 'orphan_removed' && attempt.how === 'disabled' && key.disabled === true) return undefined;
  const how = key.usage === 0 ? 'delete' : 'disable';
  return { kind: 'remove_orphan', tag, hash: key.hash, name: key.name, usage: key.usage, how };
}

/**
 * Whether a key is the one whose secret we hold, though the response to its create told another hash, or none. We send one create a
 * tag, so a second key of that name is somebody's copy, and never touched; the masked secret tells them apart.
 */
function isKeyOf({ tag, facts, secret }: HeldAttempt, key: AccountKey, all: readonly AccountKey[]): boolean {
  if (all.some(({ hash }) => hash === facts.hash)) return false;
  if (/^sk-or-.*\.\.\./.test(key.label ?? '')) return key.label === secret.toString();
  return all.filter(({ name }) => tagOf(name) === tag).length === 1;
}

/** Two listings as one: a key that either shows exists; complete when both are. The newer one's word counts. */
export function joinListings(older: KeyListing, newer: KeyListing): KeyListing {
  const keys = new Map(older.keys.map((key) => [key.hash, key]));
  for (const key of newer.keys) keys.set(key.hash, key);
  const because = newer.incomplete_because ?? older.incomplete_because;
  return {
    keys: [...keys.values()],
    complete: older.complete && newer.complete,
    ...(because === undefined ? {} : { incomplete_because: because }),
  };
}
