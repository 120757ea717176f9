import { heldKey, type JournalState } from '../journal/fold.ts';
import type { AccountKey } from '../keys/account-key.ts';
import { foldStem, tagOf, withoutTag } from '../keys/key-name.ts';

/** Keys of the account that this journal did not make, by what their name says with and without a tag. */
export function foreignKeysByStem(keys: readonly AccountKey[], state: JournalState): Map<string, AccountKey[]> {
  const foreign = new Map<string, AccountKey[]>();
  for (const key of keys) {
    const tag = tagOf(key.name);
    if (heldKey(state, key.hash) || (tag !== undefined && state.attempts.has(tag))) continue;
    for (const stem of new Set([foldStem(key.name), foldStem(withoutTag(key.name))])) {
      foreign.set(stem, [...(foreign.get(stem) ?? []), key]);
    }
  }
  return foreign;
}
