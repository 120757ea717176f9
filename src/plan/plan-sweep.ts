import { type Attempt, attemptName, type HeldAttempt, isHeld, isLiving, isUnresolved } from '../journal/attempt.ts';
import { toKeyFacts } from '../journal/entry.ts';
import { heldKey, heldKeys, type JournalState } from '../journal/fold.ts';
import { fitOfKey, judgeOwnership, ownKeysByTag } from '../journal/ownership.ts';
import type { AccountKey, KeyListing } from '../keys/account-key.ts';
import { tagOf } from '../keys/key-name.ts';
import type { Change } from './change.ts';

/** Attempts whose outcome is unknown: a listing has to tell. */
export function unresolvedAttempts(state: JournalState): Attempt[] {
  return [...state.attempts.values()].filter(isUnresolved);
}

/** Keys whose secret is held and whose hash is not known: a listing has to tell it. */
export function unlocatedKeys(state: JournalState): HeldAttempt[] {
  return heldKeys(state).filter(isUnlocated);
}

function isUnlocated(attempt: Attempt): attempt is HeldAttempt {
  return isHeld(attempt) && attempt.life === 'active' && attempt.facts.hash === undefined;
}

/**
 * Resolves doubt by checking: what a complete listing says about the keys that this journal asked for. A key that is ours and whose
 * secret is not held is an orphan. Anything else is never touched.
 * `conclusive` = the listing joins two, some time apart, so that absence counts.
 */
export function planSweep(state: JournalState, listing: KeyListing, conclusive: boolean): Change[] {
  if (!listing.complete) return [];
  const own = ownKeysByTag(state, listing.keys);
  const byHash = new Map(listing.keys.map((key) => [key.hash, key]));
  const tags = new Set(listing.keys.map(({ name }) => tagOf(name)));
  const changes: Change[] = [];
  for (const attempt of state.attempts.values()) {
    const keys = own.get(attempt.tag) ?? [];
    const change = isHeld(attempt) ? checkHeld(attempt, keys, byHash) : removeOrphan(attempt, keys);
    if (change) changes.push(change);
    else if (conclusive && keys.length === 0 && isAbsent(attempt, listing.keys, tags)) {
      changes.push({ kind: 'record_absent', tag: attempt.tag, ...(isHeld(attempt) && { name: attemptName(attempt) }) });
    }
  }
  return changes;
}

/**
 * Whether no key can be the one of an attempt for which none has its name. Where the line with the name is lost, a key that bears the
 * tag may be it. A secret without a hash may belong to anybody, so it is nobody's unless a key of the account fits it.
 */
function isAbsent(attempt: Attempt, keys: readonly AccountKey[], tags: ReadonlySet<string | undefined>): boolean {
  if (isUnresolved(attempt)) return attempt.intent !== undefined || !tags.has(attempt.tag);
  return isUnlocated(attempt) && !keys.some(({ label }) => fitOfKey(label, attempt) === 'fits');
}

/**
 * We send one create a tag, so of two keys with its name one is somebody's copy. Where the secret is not held nothing tells which, and
 * both are left alone.
 */
function removeOrphan(attempt: Attempt, keys: readonly AccountKey[]): Change | undefined {
  const [key] = keys;
  if (!key || keys.length > 1) return undefined;
  if (attempt.status === 'orphan_removed' && attempt.how === 'disabled' && key.disabled === true) return undefined;
  const how = key.usage === 0 ? 'delete' : 'disable';
  return { kind: 'remove_orphan', tag: attempt.tag, hash: key.hash, name: key.name, usage: key.usage, how };
}

/** Finds the hash of a held key where the response to its create told none or another; and a secret that belongs to another key. */
function checkHeld(
  held: HeldAttempt,
  keys: readonly AccountKey[],
  byHash: ReadonlyMap<string, AccountKey>,
): Change | undefined {
  const { tag, facts } = held;
  const known = facts.hash === undefined ? undefined : byHash.get(facts.hash);
  const [key] = keys;
  if (key && keys.length === 1 && key.hash !== facts.hash && (!known || judgeOwnership(held, known) === 'foreign')) {
    return { kind: 'locate', tag, facts: toKeyFacts(key) };
  }
  if (known && isLiving(held) && fitOfKey(known.label, held) === 'contradicts') {
    return { kind: 'record_not_ours', tag, hash: known.hash, name: known.name };
  }
  return undefined;
}

/** Keys that look like ours, but are not: they bear a tag or a hash of this journal, and are left alone. */
export function lookalikeKeys(state: JournalState, keys: readonly AccountKey[]): AccountKey[] {
  const own = new Set([...ownKeysByTag(state, keys).values()].flat().map(({ hash }) => hash));
  return keys.filter((key) => {
    if (own.has(key.hash)) return false;
    const tag = tagOf(key.name);
    const held = heldKey(state, key.hash);
    return held ? judgeOwnership(held, key) !== 'renamed' : tag !== undefined && state.attempts.has(tag);
  });
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
