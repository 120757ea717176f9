import { attemptName, type HeldAttempt, isHeld, labelOfHeld } from '../journal/attempt.ts';
import type { JournalState } from '../journal/fold.ts';
import { peopleOf } from '../journal/fold.ts';
import { assignPeople, type KnownPerson } from '../journal/people.ts';
import type { AccountKey } from '../keys/account-key.ts';
import type { Participant } from '../roster/participant.ts';

/** A key that somebody has or had. */
export interface SpenderKey {
  hash: string;
  name: string;
  /** the masked secret */
  label: string | null;
  deleted: boolean;
  /** as the account shows it now, or as it was last seen; undefined if nothing is known */
  last: Partial<AccountKey> | undefined;
  /** UTC day of its creation */
  firstDay: string | undefined;
  /** UTC day of its deletion, as recorded; it spent nothing later */
  lastDay: string | undefined;
}

/** Whose spending is one row: a participant with all their keys, or a key that is nobody's. */
export interface Spender {
  participant: Participant | null;
  /** the first tag ever issued for them */
  person: string | null;
  /** the present one first, then the newest */
  keys: SpenderKey[];
}

/** What decides which keys there are now. */
export interface SeenKeys {
  /** keys of the account, by hash; undefined = not asked */
  listed: ReadonlyMap<string, AccountKey> | undefined;
  /** what was last seen of a key */
  lastSeen(hash: string): Partial<AccountKey> | undefined;
  /** only people with one of these keys; undefined = everyone, people of the roster without a key too */
  selected: ReadonlySet<string> | undefined;
}

/** Everyone in a workshop, each with every key that was ever created for them: also rotated and deleted ones. */
export function spendersOf(state: JournalState, seen: SeenKeys): Spender[] {
  const roster = state.roster?.participants ?? [];
  const assigned = assignPeople(state, roster);
  const taken = new Set<string>();
  const inRoster = roster.map((participant) => {
    const known = assigned(participant);
    for (const { person } of known) taken.add(person);
    return spenderOf(known, participant, seen);
  });
  const others = peopleOf(state)
    .filter(({ person }) => !taken.has(person))
    .map((known) =>
      spenderOf([known], known.attempts.findLast(({ participant }) => participant)?.participant ?? null, seen),
    )
    .filter(({ keys }) => keys.length > 0);
  const { selected } = seen;
  const all = [...inRoster, ...others];
  return selected ? all.filter(({ keys }) => keys.some(({ hash }) => selected.has(hash))) : all;
}

/** A key that no journal on this computer knows. */
export function strangerOf(key: AccountKey): Spender {
  return { participant: null, person: null, keys: [accountKey(key)] };
}

/** The present key of a spender: the newest one that is not deleted. */
export function presentKey({ keys }: Spender): SpenderKey | undefined {
  return keys.find(({ deleted }) => !deleted);
}

/** Whether a key may have spent something on a day: the future and a deleted key have nothing to ask for. */
export function couldSpend({ lastDay }: SpenderKey, day: string, today: string): boolean {
  return day <= today && (lastDay === undefined || day <= lastDay);
}

/** Whether a key was created later, so that nothing has to be known of this day. */
export function isBeforeCreation({ firstDay }: SpenderKey, day: string): boolean {
  return firstDay !== undefined && day < firstDay;
}

function spenderOf(known: readonly KnownPerson[], participant: Participant | null, seen: SeenKeys): Spender {
  const keys = known
    .flatMap(({ attempts }) => attempts)
    .filter(isHeld)
    .flatMap((held) => spenderKey(held, seen))
    .reverse();
  return { participant, person: known[0]?.person ?? null, keys: [...keys].sort((a, b) => rank(a) - rank(b)) };
}

function spenderKey(held: HeldAttempt, { listed, lastSeen }: SeenKeys): SpenderKey[] {
  const { hash } = held.facts;
  if (hash === undefined) return [];
  const key = listed?.get(hash);
  if (key) return [accountKey(key)];
  const { limit, limit_remaining, limit_reset, disabled } = { ...held.intent?.wanted, ...held.facts };
  const wasDeleted = held.life === 'revoked' || (held.life === 'retired' && held.facts.disabled !== true);
  const deleted = listed !== undefined || wasDeleted || held.life === 'gone';
  const last = { limit, limit_remaining, limit_reset, disabled, ...lastSeen(hash) };
  return [
    {
      hash,
      name: attemptName(held),
      label: labelOfHeld(held) ?? null,
      deleted,
      last: deleted ? undefined : last,
      firstDay: utcDay(held.facts.created_at ?? held.issuedAt),
      // Of a key that somebody else deleted, nobody knows when.
      lastDay: wasDeleted ? utcDay(held.at) : undefined,
    },
  ];
}

function accountKey(key: AccountKey): SpenderKey {
  const { hash, name, label, created_at } = key;
  return {
    ...{ hash, name, label: label ?? null, deleted: false, last: key, lastDay: undefined },
    firstDay: created_at === undefined ? undefined : utcDay(created_at),
  };
}

/** Undefined for what is no time. */
function utcDay(iso: string): string | undefined {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString().slice(0, 10);
}

function rank({ deleted, last }: SpenderKey): number {
  if (deleted) return 2;
  return last?.disabled ? 1 : 0;
}
