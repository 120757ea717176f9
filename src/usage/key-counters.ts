import type { AccountKey } from '../keys/account-key.ts';
import { addUsd } from '../money.ts';
import { mondayOf } from './period.ts';
import type { UsagePeriod } from './usage-report.ts';

/** Counters start again at midnight UTC, weeks on Monday; none tells of a period that has ended. */
function windowOf({ since, until }: UsagePeriod, today: string): 'daily' | 'weekly' | 'monthly' | undefined {
  if (until < today) return undefined;
  if (since === today) return 'daily';
  if (since === mondayOf(today)) return 'weekly';
  return since === `${today.slice(0, 7)}-01` ? 'monthly' : undefined;
}

/** What the key itself says it spent in the period, USD; undefined where its counters do not cover it. */
export function counterOf(key: Partial<AccountKey>, period: UsagePeriod, today: string): number | undefined {
  const window = windowOf(period, today);
  const created = key.created_at?.slice(0, 10);
  const isWholeLife = created !== undefined && created >= period.since && period.until >= today;
  if (isWholeLife) return total(key.usage, key.byok_usage);
  if (window === 'daily') return total(key.usage_daily, key.byok_usage_daily);
  if (window === 'weekly') return total(key.usage_weekly, key.byok_usage_weekly);
  if (window === 'monthly') return total(key.usage_monthly, key.byok_usage_monthly);
  return undefined;
}

/** Usage without what other providers were paid is not the whole cost, but most accounts have none of it. */
function total(usage: number | undefined, byok: number | undefined): number | undefined {
  return usage === undefined ? undefined : addUsd(usage, byok);
}
