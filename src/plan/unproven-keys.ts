import { isLiving } from '../journal/attempt.ts';
import { heldKeys, type JournalState } from '../journal/fold.ts';
import { judgeOwnership, ownKeysByTag } from '../journal/ownership.ts';
import type { AccountKey } from '../keys/account-key.ts';

/**
 * Tags of the keys in a journal that no key of the account proves, and whose secrets are for nobody: a line may be planted, and somebody
 * may have deleted a key elsewhere. `keys`: all that the account has of those.
 */
export function unprovenTags(state: JournalState, keys: readonly AccountKey[]): Set<string> {
  const own = ownKeysByTag(state, keys);
  const byHash = new Map(keys.map((key) => [key.hash, key]));
  const unproven = heldKeys(state).filter((held) => {
    const { hash } = held.facts;
    const key = hash === undefined ? undefined : byHash.get(hash);
    const isProven = own.has(held.tag) || (key !== undefined && judgeOwnership(held, key) !== 'foreign');
    return isLiving(held) && !isProven;
  });
  return new Set(unproven.map(({ tag }) => tag));
}
