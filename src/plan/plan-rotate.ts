import { type KeyFacts, toKeyFacts } from '../journal/entry.ts';
import { heldKey, type JournalState, type OpenChange } from '../journal/fold.ts';
import { successorOf } from '../journal/open-changes.ts';
import type { AccountKey, NewKey } from '../keys/account-key.ts';
import { withoutTag } from '../keys/key-name.ts';
import { addUsd } from '../money.ts';
import { plural } from '../plural.ts';
import type { Change, Replaced } from './change.ts';

/** What new keys shall have that the old ones had not. */
export interface RotateWish {
  retire: 'delete' | 'disable';
  /** the limit is what is left of the old one's */
  carryRemaining: boolean;
  /** UTC with seconds; null = none; absent = the old key's */
  expires_at?: string | null | undefined;
}

export interface RotateInput {
  /** on the account */
  keys: readonly AccountKey[];
  /** selected, but not on the account any more */
  missing: readonly AccountKey[];
  state: JournalState;
  open: ReadonlyMap<string, OpenChange>;
  wish: RotateWish;
  /** key hash → guardrail id */
  guardrails: ReadonlyMap<string, string>;
  /** who a key is made by when nobody else is named */
  creator: string | undefined;
}

export interface RotatePlan {
  changes: Change[];
  /** selected keys that stay as they are */
  unchanged: AccountKey[];
  notes: string[];
}

/**
 * A new key for each old one, then the old one goes. Where an earlier rotation was not finished, only that is done: keys
 * that have a new one already do not get another. Neither do they where that run replaced all, and was cut off before it could
 * say so (`unreported`).
 */
export function planRotate(input: RotateInput): RotatePlan {
  const { keys, missing, state, open, wish } = input;
  const begun = [...keys, ...missing].filter(({ hash }) => open.get(hash)?.reason === 'retire');
  if (begun.length > 0) return finishRotation(begun, input);
  const rotated = keys.filter((key) => wasRotated(key, state));
  return {
    changes: keys
      .filter((key) => !rotated.includes(key))
      .map((key) => replace(key, wish.retire, toKeyFacts(key), input)),
    unchanged: rotated,
    notes:
      rotated.length > 0
        ? [
            `an interrupted run already rotated ${plural(rotated.length, 'key')}, so nothing more is done to them now; run the same command again to rotate them once more`,
          ]
        : [],
  };
}

/** Its rotation is complete, but the run that did it could not say so any more. */
function wasRotated(key: AccountKey, state: JournalState): boolean {
  const old = heldKey(state, key.hash)?.intent?.replaces;
  return old !== undefined && state.unreported.get(old)?.reason === 'retire' && !state.openChanges.has(old);
}

function finishRotation(begun: readonly AccountKey[], input: RotateInput): RotatePlan {
  const { keys, missing, state, open } = input;
  const gone = new Set(missing.map(({ hash }) => hash));
  const successors = new Set(begun.map(({ hash }) => successorOf(hash, state)?.facts.hash));
  const unchanged = keys.filter((key) => !begun.includes(key) && !successors.has(key.hash));
  const notes = ['an interrupted rotation is finished first'];
  if (!unchanged.every((key) => wasRotated(key, state)))
    notes.push('the other keys are unchanged; run the same command again to rotate them');
  const changes = begun.map((key): Change => {
    const { hash, name } = key;
    const { action, before = toKeyFacts(key) } = open.get(hash) ?? {};
    const retire = action === 'update' ? 'disable' : 'delete';
    const successor = successorOf(hash, state);
    if (successor) {
      const old = replaced(key, retire, before, input, successor.facts.hash);
      return { kind: 'retire', hash, name, before, old, successor: successor.tag };
    }
    // Somebody deleted the old key meanwhile: there is nothing to take the place of.
    if (gone.has(hash)) return { kind: 'record_gone', hash, name };
    return replace(key, retire, before, input);
  });
  return { changes, unchanged, notes };
}

function replace(key: AccountKey, retire: Replaced['retire'], before: KeyFacts, input: RotateInput): Change {
  const held = heldKey(input.state, key.hash);
  return {
    kind: 'create',
    person: held?.person ?? personOfAttempts(key.hash, input.state),
    participant: held?.participant ?? null,
    stem: withoutTag(key.name),
    wanted: wantedFor(key, input),
    replaces: replaced(key, retire, before, input, undefined),
  };
}

/** Attempts for a key that no journal made are tied together too. */
function personOfAttempts(hash: string, state: JournalState): string | undefined {
  return [...state.attempts.values()].find(({ intent }) => intent?.replaces === hash)?.person;
}

function replaced(
  key: AccountKey,
  retire: Replaced['retire'],
  before: KeyFacts,
  { guardrails }: RotateInput,
  successor: string | undefined,
): Replaced {
  const guardrail = guardrails.get(key.hash);
  const isBound = successor !== undefined && guardrails.get(successor) === guardrail;
  return {
    hash: key.hash,
    name: key.name,
    retire,
    before,
    ...(guardrail === undefined || isBound ? {} : { guardrail }),
  };
}

function wantedFor(key: AccountKey, { wish, creator }: RotateInput): Omit<NewKey, 'name'> {
  const { creator_user_id, workspace_id } = key;
  return {
    limit: wish.carryRemaining ? remaining(key) : (key.limit ?? null),
    limit_reset: key.limit_reset ?? null,
    expires_at: wish.expires_at === undefined ? withSeconds(key.expires_at) : wish.expires_at,
    include_byok_in_limit: key.include_byok_in_limit ?? false,
    ...(workspace_id === undefined ? {} : { workspace_id }),
    ...(typeof creator_user_id === 'string' && creator_user_id !== creator ? { creator_user_id } : {}),
  };
}

/** What is left of a limit that starts again would hold for every window to come: there the limit stays whole. */
function remaining({ limit, limit_remaining, limit_reset }: AccountKey): number | null {
  if (typeof limit !== 'number' || typeof limit_remaining !== 'number' || limit_reset) return limit ?? null;
  return Math.max(0, addUsd(limit_remaining));
}

/** The service tells times in more ways than it takes them. */
function withSeconds(expires: string | null | undefined): string | null {
  if (!expires) return null;
  const time = new Date(expires);
  return Number.isNaN(time.getTime()) ? expires : `${time.toISOString().slice(0, 19)}Z`;
}
