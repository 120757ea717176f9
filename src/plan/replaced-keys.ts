import type { JournalState } from '../journal/fold.ts';
import type { AccountKey } from '../keys/account-key.ts';

/** True for the old key of a rotation: it stays as the rotation left it, unless its very hash was typed. */
export function isReplaced(key: AccountKey, state: JournalState): boolean {
  return state.byHash.get(key.hash)?.life === 'retired';
}

export function replacedNote(number: number): string {
  return number === 1
    ? '1 key that a rotation replaced is left alone'
    : `${number} keys that a rotation replaced are left alone`;
}
