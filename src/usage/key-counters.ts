import type { AccountKey } from '../keys/account-key.ts';
import { addUsd, subtractUsd, sumUsd } from '../money.ts';
import { daysOf, mondayOf } from './period.ts';
import { couldSpend, isBeforeCreation, type SpenderKey } from './spenders.ts';
import type { DayCount } from './usage-history.ts';
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

/**
 * The sum of the keys' counters where they cover the period, to compare with what was counted. Deleted keys have no counters any
 * more, so they stand in it as they were counted; null where nothing can be compared.
 */
export function reportedByKeys(
  present: readonly SpenderKey[],
  cost: number | null,
  {
    period,
    counted,
    sandbox,
  }: { period: UsagePeriod; counted(hash: string, day: string): DayCount | undefined; sandbox: boolean },
  today: string,
): number | null {
  if (cost === null || present.length === 0) return null;
  let difference = 0;
  for (const key of present) {
    // Simulated keys may spend on days before they were created, so the whole of it need not lie in the period.
    const last = sandbox ? { ...key.last, created_at: undefined } : key.last;
    const counter = last && counterOf(last, period, today);
    const days = daysOf(period).filter((day) => couldSpend(key, day, today));
    const counts = days.map((day) => counted(key.hash, day) ?? (isBeforeCreation(key, day) ? null : undefined));
    if (counter === undefined || counts.includes(undefined)) return null;
    const sum = sumUsd(counts.flatMap((count) => count?.rows.map((row) => row.cost) ?? []));
    difference = addUsd(difference, subtractUsd(counter, sum));
  }
  return addUsd(cost, difference);
}
