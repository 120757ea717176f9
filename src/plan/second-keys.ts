import { type HeldAttempt, isHeld } from '../journal/attempt.ts';
import type { JournalState } from '../journal/fold.ts';
import type { AccountKey, KeyListing } from '../keys/account-key.ts';
import { foldStem } from '../keys/key-name.ts';
import type { Participant } from '../roster/participant.ts';
import { isCreate, isDone, type Outcome } from './change.ts';
import { foreignKeysByStem } from './foreign-keys.ts';

/** A participant for whom a key was created here, and another one elsewhere at the same time. */
export interface SecondKey {
  participant: Participant;
  held: HeldAttempt;
  elsewhere: AccountKey[];
  /** hashes of those that can be deleted; empty where that cannot be told */
  unneeded: string[];
}

interface Input {
  outcomes: readonly Outcome[];
  state: JournalState;
  /** by which the run was planned */
  before: KeyListing;
  now: KeyListing;
}

/**
 * Who got two keys because another computer ran for the same roster: there is no lock on the account. All computers have to name
 * the same key as unneeded, or both would be deleted, so only what the account says of the keys counts: the used ones stay, else the oldest.
 */
export function findSecondKeys({ outcomes, state, before, now }: Input): SecondKey[] {
  if (!before.complete) return [];
  const known = new Set(before.keys.map(({ hash }) => hash));
  const fresh = now.keys.filter(({ hash }) => !known.has(hash));
  const foreign = foreignKeysByStem(fresh, state);
  const byHash = new Map(fresh.map((key) => [key.hash, key]));
  const created = outcomes.filter(isDone).flatMap(({ change, tag }) => {
    const held = tag === undefined ? undefined : state.attempts.get(tag);
    return isCreate(change) && change.participant && held && isHeld(held)
      ? [{ participant: change.participant, held, stem: foldStem(change.stem) }]
      : [];
  });
  return created.flatMap(({ participant, held, stem }): SecondKey[] => {
    const elsewhere = foreign.get(stem) ?? [];
    if (elsewhere.length === 0) return [];
    const { hash } = held.facts;
    const ours = hash === undefined ? undefined : byHash.get(hash);
    // Two participants of one name: whose key is whose, only the other computer knows.
    const isAlone = created.filter((each) => each.stem === stem).length === 1;
    return [{ participant, held, elsewhere, unneeded: ours && isAlone ? unneededOf([ours, ...elsewhere]) : [] }];
  });
}

function unneededOf(keys: readonly AccountKey[]): string[] {
  const isUsed = ({ usage }: AccountKey) => usage !== 0;
  const oldest = [...keys].sort((a, b) => (ageOf(a) < ageOf(b) ? -1 : 1))[0];
  const staying = keys.some(isUsed) ? keys.filter(isUsed) : keys.filter((key) => key === oldest);
  return keys.filter((key) => !staying.includes(key)).map(({ hash }) => hash);
}

/** Keys created in the same instant are told apart by their hashes. */
function ageOf({ created_at = '', hash }: AccountKey): string {
  return `${created_at} ${hash}`;
}
