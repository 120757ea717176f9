import { subtractUsd } from '../money.ts';
import type { AccountKey } from './account-key.ts';

/** So much was spent: USD, or a share of the key's limit (0.8 = 80 %). */
export type Threshold = { usd: number } | { share: number };

/** `0.8`, `$0.80`, `80%`; undefined when it is neither. */
export function parseThreshold(text: string): Threshold | undefined {
  const found = /^(\$\s?)?(\d+(?:[.,]\d+)?)\s?(%)?$/.exec(text.normalize('NFKC').trim());
  if (!found || (found[1] !== undefined && found[3] !== undefined)) return undefined;
  const number = Number(found[2]?.replace(',', '.'));
  return found[3] === undefined ? { usd: number } : { share: number / 100 };
}

type SpentKey = Pick<
  AccountKey,
  'limit' | 'limit_remaining' | 'limit_reset' | 'usage' | 'usage_daily' | 'usage_weekly' | 'usage_monthly'
>;

/**
 * USD spent since the limit last started again, over the key's life when it never does or there is none. Undefined when nobody told: what was
 * spent over the life says nothing about a window.
 */
export function spentInWindow(key: SpentKey): number | undefined {
  const { limit, limit_remaining: left, limit_reset: reset } = key;
  if (!reset || limit === null) return key.usage;
  return typeof limit === 'number' && typeof left === 'number' ? subtractUsd(limit, left) : key[`usage_${reset}`];
}

/** More than the threshold. A share is of the limit, so a key without one never is. */
export function isOver(key: SpentKey, threshold: Threshold): boolean {
  const spent = spentInWindow(key);
  if (spent === undefined) return false;
  if ('usd' in threshold) return spent > threshold.usd + TINY;
  return typeof key.limit === 'number' && spent > key.limit * threshold.share + TINY;
}

/** Sums of cents in binary differ from what people mean by less than this. */
const TINY = 1e-9;
