import { toKeyFacts } from '../journal/entry.ts';
import type { OpenChange } from '../journal/fold.ts';
import type { AccountKey, KeyPatch, LimitReset } from '../keys/account-key.ts';
import { addUsd } from '../money.ts';
import { plural } from '../plural.ts';
import type { Change } from './change.ts';

/** What shall become of the selected keys. Absent = stays. Money is USD. */
export interface UpdateWish {
  limit?: number | null | undefined;
  /** on top of the limit that a key has */
  addLimit?: number | undefined;
  limit_reset?: LimitReset | undefined;
  disabled?: boolean | undefined;
  include_byok_in_limit?: boolean | undefined;
  name?: string | undefined;
}

export interface UpdatePlan {
  changes: Change[];
  /** keys that are as they shall be */
  unchanged: AccountKey[];
  notes: string[];
}

/**
 * Old → new for each key; only what differs is patched. A top-up that an earlier run decided and did not finish is
 * finished with the limits of then: what some of its keys got already is never added a second time. Neither is it where that
 * run did all, and was cut off before it could say so (`unreported`).
 */
export function planUpdate(
  keys: readonly AccountKey[],
  wish: UpdateWish,
  open: ReadonlyMap<string, OpenChange>,
  unreported: ReadonlyMap<string, OpenChange> = new Map(),
): UpdatePlan {
  const unfinished =
    wish.addLimit === undefined ? [] : keys.filter((key) => isUnfinishedTopUp(key, open.get(key.hash)));
  if (unfinished.length > 0) return finishTopUp(keys, unfinished, open);
  const plan: UpdatePlan = { changes: [], unchanged: [], notes: [] };
  const unlimited = wish.addLimit === undefined ? 0 : keys.filter(({ limit }) => typeof limit !== 'number').length;
  if (unlimited > 0) {
    plan.notes.push(
      unlimited === 1 ? '1 key has no limit and is unchanged' : `${unlimited} keys have no limit and are unchanged`,
    );
  }
  let added = 0;
  for (const key of keys) {
    const patch = patchFor(key, wish);
    const landed = landedChange(key, open);
    if (wasAdded(key, wish, unreported)) {
      plan.unchanged.push(key);
      added += 1;
    } else if (Object.keys(patch).length > 0) plan.changes.push(update(key, patch));
    else if (landed) plan.changes.push(landed);
    else plan.unchanged.push(key);
  }
  if (added > 0) {
    plan.notes.push(
      `an interrupted run already added this amount to ${plural(added, 'key')}, so nothing is added now; run the same command again to add more`,
    );
  }
  return plan;
}

/** What of the wish the key has not. */
export function patchFor(key: AccountKey, wish: UpdateWish): KeyPatch {
  const { name, disabled, limit_reset, include_byok_in_limit } = wish;
  const limit = wish.addLimit === undefined ? wish.limit : toppedUp(key.limit, wish.addLimit);
  return {
    ...(name !== undefined && name !== key.name ? { name } : {}),
    ...(disabled !== undefined && disabled !== (key.disabled === true) ? { disabled } : {}),
    ...(limit !== undefined && limit !== key.limit ? { limit } : {}),
    ...(limit_reset !== undefined && limit_reset !== (key.limit_reset ?? null) ? { limit_reset } : {}),
    ...(include_byok_in_limit !== undefined && include_byok_in_limit !== (key.include_byok_in_limit === true)
      ? { include_byok_in_limit }
      : {}),
  };
}

function finishTopUp(
  keys: readonly AccountKey[],
  unfinished: readonly AccountKey[],
  open: ReadonlyMap<string, OpenChange>,
): UpdatePlan {
  const others = keys.filter((key) => !unfinished.includes(key));
  const notes = ['an interrupted run is finished first, with its own amounts'];
  if (others.length > 0) notes.push('the other keys are unchanged; run the same command again to add to them');
  const changes = unfinished.flatMap((key): Change[] => {
    const landed = landedChange(key, open);
    if (landed) return [landed];
    const { patch, reason } = open.get(key.hash) ?? {};
    return patch && reason ? [{ ...update(key, patch), reason }] : [];
  });
  return { changes, unchanged: others, notes };
}

/** Begun, and since then nobody else gave the key another limit. */
function isUnfinishedTopUp(key: AccountKey, open: OpenChange | undefined): boolean {
  const to = open?.patch?.limit;
  if (open?.reason !== 'update' || typeof to !== 'number') return false;
  return key.limit === to || key.limit === open.before.limit;
}

/** A change whose answer was lost and which the account shows as done: it only has to be noted. */
export function landedChange(key: AccountKey, open: ReadonlyMap<string, OpenChange>): Change | undefined {
  const { hash, name } = key;
  const { patch, before, reason } = open.get(hash) ?? {};
  if (!patch || !before || !reason || reason === 'retire' || !hasLanded(key, patch)) return undefined;
  return { kind: 'record_changed', hash, name, patch, before, after: toKeyFacts(key), reason };
}

/** The same amount was added by a run that could not say so any more, and nobody changed the limit since. */
function wasAdded(key: AccountKey, { addLimit }: UpdateWish, unreported: ReadonlyMap<string, OpenChange>): boolean {
  const { patch, before } = unreported.get(key.hash) ?? {};
  if (addLimit === undefined || !patch || !before) return false;
  return key.limit === patch.limit && patch.limit === toppedUp(before.limit, addLimit);
}

function hasLanded(key: AccountKey, patch: KeyPatch): boolean {
  return Object.keys(patchFor(key, patch)).length === 0;
}

function update(key: AccountKey, patch: KeyPatch): Extract<Change, { kind: 'update' }> {
  return { kind: 'update', hash: key.hash, name: key.name, patch, before: key, reason: 'update' };
}

function toppedUp(limit: number | null | undefined, add: number): number | undefined {
  return typeof limit === 'number' ? addUsd(limit, add) : undefined;
}
