import type { Session } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { isLiving } from '../../journal/attempt.ts';
import { heldKeys } from '../../journal/fold.ts';
import type { AccountKey } from '../../keys/account-key.ts';
import { subtractUsd } from '../../money.ts';
import type { ReadSelectors } from '../../selection/read-selectors.ts';
import { type Selection, selectFromAccount } from '../../selection/select-from-account.ts';
import type { WatchRule } from '../../usage/watch-rules.ts';
import type { WatchReading } from '../../usage/watch-step.ts';
import type { ServiceClock } from './service-clock.ts';

/** The account, and what is read of it. */
export interface OpenAccount {
  session: Session;
  read: ReadSelectors;
  account: string | undefined;
  rules: readonly WatchRule[];
  clock: ServiceClock;
  /** hashes of keys that no journal proves, and that are watched and may be disabled all the same */
  confirmed: ReadonlySet<string>;
}

export interface SpendingRead {
  selection: Selection;
  /** undefined: the list is not complete, so nothing may be concluded */
  reading: WatchReading | undefined;
}

/** Reads what the selected keys spent: one list of the account, and its credit where a rule asks for it. */
export async function readSpending(
  open: OpenAccount,
  lastSeen: ReadonlyMap<string, number> | Promise<ReadonlyMap<string, number>>,
  ctx: Context,
): Promise<SpendingRead> {
  const { session, read, account, rules, clock } = open;
  const selection = await selectFromAccount(read, session, clock.now(), ctx, account);
  const at = clock.now().getTime();
  const needsCredit = rules.some(({ rule }) => rule === 'credit_under');
  const credits = needsCredit ? await session.api.getCredits() : undefined;
  if (!selection.listing.complete) return { selection, reading: undefined };
  return {
    selection,
    reading: {
      at,
      keys: watchedKeys(selection, open.confirmed),
      credit: credits && subtractUsd(credits.total_credits, credits.total_usage),
      deleted: read.narrowing.length > 0 ? new Map() : spentByDeleted(selection, read, await lastSeen),
    },
  };
}

/** Keys that only have a matching name may be a stranger's. */
export function watchedKeys({ keys, namedLike }: Selection, confirmed: ReadonlySet<string>): AccountKey[] {
  const strange = new Set(namedLike.map(({ key }) => key.hash));
  return keys.map(({ key }) => key).filter(({ hash }) => !strange.has(hash) || confirmed.has(hash));
}

/** Keys of the workshop that were rotated or revoked, with the last that was seen of their spending. */
function spentByDeleted(
  { known, listing }: Selection,
  { selector }: ReadSelectors,
  lastSeen: ReadonlyMap<string, number>,
): Map<string, number> {
  const there = new Set(listing.keys.map(({ hash }) => hash));
  const own = known.workshops.filter(({ prefix }) => prefix === selector.prefix);
  return new Map(
    own.flatMap(({ state }) =>
      heldKeys(state).flatMap((held): [string, number][] => {
        const { hash } = held.facts;
        const spent = hash === undefined ? undefined : lastSeen.get(hash);
        return hash === undefined || spent === undefined || there.has(hash) || isLiving(held) ? [] : [[hash, spent]];
      }),
    ),
  );
}
