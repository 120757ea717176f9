import { sumUsd } from '../money.ts';
import type { AccountKey } from './account-key.ts';

/** What could still be spent with an account's keys. Money is USD. */
export interface Exposure {
  /** keys that work now */
  living: number;
  /** sum of what is left of their limits; with a reset, of the current window */
  spendable: number;
  /** of the living ones, those without a limit */
  unlimited: AccountKey[];
  /** how many of the living ones get their limit again each day, week or month */
  resetting: number;
}

export function exposureOf(keys: readonly AccountKey[], now: Date): Exposure {
  const living = keys.filter((key) => key.disabled !== true && !(key.expires_at && new Date(key.expires_at) <= now));
  return {
    living: living.length,
    spendable: sumUsd(living.map((key) => Math.max(0, key.limit_remaining ?? key.limit ?? 0))),
    unlimited: living.filter(({ limit }) => limit === null),
    resetting: living.filter(({ limit, limit_reset }) => typeof limit === 'number' && limit_reset).length,
  };
}
