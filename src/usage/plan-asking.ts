import { keysAtOnce, type UsageWish } from './ask-usage.ts';
import { addDays, daysOf } from './period.ts';
import { couldSpend, type Spender, type SpenderKey } from './spenders.ts';
import type { DayCount } from './usage-history.ts';
import type { UsagePeriod } from './usage-report.ts';

/** Days that are counted late: today and this many before it are asked for each time. */
const LATE_DAYS = 2;

/** What has to be asked for: every key from the first day that is not final. Keys that were deleted before are not asked for. */
export function planAsking(
  spenders: readonly Spender[],
  period: UsagePeriod,
  today: string,
  counted: (hash: string, day: string) => DayCount | undefined,
): UsageWish[] {
  const until = period.until < today ? period.until : today;
  const days = daysOf({ since: period.since, until });
  const groups = new Map<string, SpenderKey[]>();
  for (const key of spenders.flatMap(({ keys }) => keys)) {
    const since = days.find((day) => couldSpend(key, day, today) && counted(key.hash, day)?.final !== true);
    if (since === undefined) continue;
    const group = groups.get(since);
    if (group) group.push(key);
    else groups.set(since, [key]);
  }
  const finalUntil = addDays(today, -LATE_DAYS - 1);
  return merged(
    [...groups].sort(([a], [b]) => (a < b ? -1 : 1)),
    until,
  ).map(([since, keys]) => ({
    ...{ keys, since, until, finalUntil, rowsSince: firstOf(keys, since, until) },
  }));
}

/** A day before all keys were created is asked for, too, but has no rows. */
function firstOf(keys: readonly SpenderKey[], since: string, until: string): string {
  const first = keys.map(({ firstDay = since }) => firstDay).reduce((a, b) => (b < a ? b : a), until);
  return first < since ? since : first;
}

/** Keys that fit into the query of others are asked for along with them, for more days than they need. */
function merged(groups: readonly [string, SpenderKey[]][], until: string): [string, SpenderKey[]][] {
  const found: [string, SpenderKey[]][] = [];
  for (const [since, keys] of groups) {
    const last = found.at(-1);
    const fits = last !== undefined && last[1].length + keys.length <= keysAtOnce(last[0], until);
    if (fits) last[1].push(...keys);
    else found.push([since, [...keys]]);
  }
  return found;
}
