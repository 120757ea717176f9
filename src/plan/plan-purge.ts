import { attemptName, isLiving } from '../journal/attempt.ts';
import { heldKey, heldKeys, type JournalState } from '../journal/fold.ts';
import { judgeOwnership, ownKeysByTag } from '../journal/ownership.ts';
import type { KeyListing } from '../keys/account-key.ts';
import { unresolvedAttempts } from './plan-sweep.ts';

/** Names of the keys of a workshop that are still on the account; a disabled one is, too. */
export function remainingKeys(state: JournalState, listing: KeyListing, gone: ReadonlySet<string>): string[] {
  const names = new Map<string, string>();
  for (const key of [...ownKeysByTag(state, listing.keys).values()].flat()) names.set(key.hash, key.name);
  for (const key of listing.keys) {
    const held = heldKey(state, key.hash);
    if (held && judgeOwnership(held, key) !== 'foreign') names.set(key.hash, key.name);
  }
  // A listing may lag behind: what was asked for by its hash and is not gone exists.
  const listed = new Set(listing.keys.map(({ hash }) => hash));
  for (const held of heldKeys(state).filter(isLiving)) {
    const { hash } = held.facts;
    if (hash !== undefined && !listed.has(hash) && !gone.has(hash)) names.set(hash, attemptName(held));
  }
  return [...names.values()];
}

/** The same from the journal alone, which knows nothing of what was deleted on the website. */
export function remainingByJournal(state: JournalState): string[] {
  return [...heldKeys(state).filter(isLiving), ...unresolvedAttempts(state)].map(attemptName);
}
