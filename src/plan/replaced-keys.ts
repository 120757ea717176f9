import { heldKey, type JournalState } from '../journal/fold.ts';
import type { AccountKey } from '../keys/account-key.ts';

/** True for the old key of a rotation: it stays as the rotation left it, unless its very hash was typed. */
export function isReplaced(key: AccountKey, state: JournalState): boolean {
  return heldKey(state, key.hash)?.life === 'retired';
}

export function replacedNote(number: number): string {
  return number === 1
    ? '1 key already replaced by a rotation is unchanged'
    : `${number} keys already replaced by a rotation are unchanged`;
}
