import { toKeyFacts } from '../journal/entry.ts';
import type { JournalState, TagRecord } from '../journal/fold.ts';
import type { AccountKey, KeyListing } from '../keys/account-key.ts';
import { tagOf } from '../keys/key-name.ts';
import type { Change } from './change.ts';

/** Tags whose outcome is not known: a listing has to tell. */
export function unsettledTags(state: JournalState): TagRecord[] {
  return [...state.tags.values()].filter((record) => record.status === 'pending' || record.status === 'unknown');
}

/** Keys whose secret is held and whose hash is not known: a listing has to tell it. */
export function unlocatedTags(state: JournalState): TagRecord[] {
  return [...state.tags.values()].filter(({ status, life, facts }) => {
    return status === 'held' && life === 'active' && facts.hash === undefined;
  });
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
    const record = tag === undefined ? undefined : state.tags.get(tag);
    if (!record) continue;
    seen.add(record.tag);
    const change = settle(record, key, listing.keys);
    if (change) changes.push(change);
  }
  if (sure) {
    for (const record of unsettledTags(state)) {
      if (!seen.has(record.tag)) changes.push({ kind: 'record_absent', tag: record.tag });
    }
  }
  return changes;
}

function settle(record: TagRecord, key: AccountKey, all: readonly AccountKey[]): Change | undefined {
  if (record.status === 'held') {
    return isKeyOf(record, key, all) ? { kind: 'locate', tag: record.tag, facts: toKeyFacts(key) } : undefined;
  }
  if (record.status === 'orphan_removed' && record.life === 'disabled' && key.disabled === true) return undefined;
  const how = key.usage === 0 ? 'delete' : 'disable';
  return { kind: 'remove_orphan', tag: record.tag, hash: key.hash, name: key.name, usage: key.usage, how };
}

/**
 * Whether a key is the one whose secret we hold, though the answer to its create told another hash, or none. We send one create a
 * tag, so a second key of that name is somebody's copy, and never touched; the masked secret tells them apart.
 */
function isKeyOf(record: TagRecord, key: AccountKey, all: readonly AccountKey[]): boolean {
  if (all.some(({ hash }) => hash === record.facts.hash)) return false;
  if (record.secret !== undefined && /^sk-or-.*\.\.\./.test(key.label ?? '')) {
    return key.label === record.secret.toString();
  }
  return all.filter(({ name }) => tagOf(name) === record.tag).length === 1;
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
