import { type HeldAttempt, livingAttempt } from '../journal/attempt.ts';
import { toKeyFacts } from '../journal/entry.ts';
import { type JournalState, peopleOf } from '../journal/fold.ts';
import { judgeOwnership } from '../journal/ownership.ts';
import { indexPeople } from '../journal/people.ts';
import type { AccountKey, LimitReset } from '../keys/account-key.ts';
import type { Participant } from '../roster/participant.ts';
import type { Change } from './change.ts';
import type { Skipped } from './plan-provision.ts';
import { landedChange, patchFor } from './plan-update.ts';
import type { TierTermsOf } from './tier-people.ts';

export interface SyncInput {
  participants: readonly Participant[];
  /** people who have a key, as provisioning found them */
  skipped: readonly Skipped[];
  state: JournalState;
  /** all keys that the account lists */
  keys: readonly AccountKey[];
  /** as typed, for participants without a limit of their own; absent = limits stay. USD, null = unlimited */
  limit: number | null | undefined;
  limit_reset: LimitReset | undefined;
  /** settings by tier; they go before those that were typed */
  termsOf?: TierTermsOf | undefined;
  /** who has a new address and keeps the key */
  moved: readonly string[];
  /** hashes of held keys that the account does not know any more (asked for one by one) */
  gone: ReadonlySet<string>;
}

/** Somebody with a key who is no longer in the roster. */
export interface Missing {
  held: HeldAttempt;
  participant: Participant;
  key: AccountKey;
}

export interface SyncPlan {
  patches: Change[];
  /** what an earlier run did, and was cut off before it could note it */
  resolved: Change[];
  missing: Missing[];
  /** how many keys have another expiry than the roster says; a key's expiry cannot be changed */
  otherExpiry: number;
}

/** What of the keys that people have differs from what the roster says, and who is not in it any more. */
export function planSync(input: SyncInput): SyncPlan {
  const byHash = new Map(input.keys.map((key) => [key.hash, key]));
  const plan: SyncPlan = {
    patches: [],
    resolved: revokedBefore(input),
    missing: missingFrom(input, byHash),
    otherExpiry: 0,
  };
  for (const skip of input.skipped) {
    if (skip.because !== 'has_key') continue;
    const key = keyOf(skip.held, byHash);
    if (!key) continue;
    const terms = input.termsOf?.(skip.participant);
    const { limit = terms?.limit === undefined ? input.limit : terms.limit, expires } = skip.participant;
    const limit_reset = terms?.limit_reset === undefined ? input.limit_reset : terms.limit_reset;
    const patch = patchFor(key, { limit, limit_reset });
    if (Object.keys(patch).length > 0) {
      plan.patches.push({ kind: 'update', hash: key.hash, name: key.name, patch, before: key, reason: 'update' });
    } else {
      const landed = landedChange(key, input.state.openChanges);
      if (landed) plan.resolved.push(landed);
    }
    if (expires !== undefined && !isSameTime(expires, key.expires_at)) plan.otherExpiry += 1;
  }
  return plan;
}

export function revokeMissing(missing: readonly Missing[]): Change[] {
  return missing.map(({ key }): Change => {
    return { kind: 'delete', hash: key.hash, name: key.name, before: toKeyFacts(key), reason: 'revoke' };
  });
}

function revokedBefore({ state, gone }: SyncInput): Change[] {
  return [...state.openChanges.values()].flatMap(({ hash, name, action, reason }): Change[] =>
    action === 'delete' && reason === 'revoke' && gone.has(hash) ? [{ kind: 'record_gone', hash, name }] : [],
  );
}

function missingFrom(
  { participants, state, skipped, moved }: SyncInput,
  byHash: ReadonlyMap<string, AccountKey>,
): Missing[] {
  const people = indexPeople(state);
  const listed = new Set(participants.flatMap((participant) => people.find(participant).map(({ person }) => person)));
  // Whoever may have a new address is not missing before that is decided.
  for (const skip of skipped) if (skip.because === 'maybe_moved') listed.add(skip.moved.person);
  for (const person of moved) listed.add(person);
  return peopleOf(state).flatMap(({ person, attempts }) => {
    const held = livingAttempt(attempts);
    const key = held && keyOf(held, byHash);
    return held?.participant && key && !listed.has(person) ? [{ held, participant: held.participant, key }] : [];
  });
}

function keyOf(held: HeldAttempt, byHash: ReadonlyMap<string, AccountKey>): AccountKey | undefined {
  const { facts } = held;
  const key = facts.hash === undefined ? undefined : byHash.get(facts.hash);
  return key && judgeOwnership(held, key) === 'ours' ? key : undefined;
}

function isSameTime(one: string, other: string | null | undefined): boolean {
  return typeof other === 'string' && new Date(one).getTime() === new Date(other).getTime();
}
