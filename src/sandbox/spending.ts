/** How often the limit resets; null = never. */
export type Reset = 'daily' | 'weekly' | 'monthly' | null;

/** What a key has spent, in USD: in total, and in the UTC day, week and month of its last use. */
export interface Spending {
  total: number;
  daily: number;
  weekly: number;
  monthly: number;
  /** milliseconds since the epoch; null = never spent */
  last: number | null;
}

export const NOTHING_SPENT: Spending = { total: 0, daily: 0, weekly: 0, monthly: 0, last: null };

/** The amounts at `now`: a reset period that has passed counts from zero. */
export function spendingAt(spending: Spending, now: number): Spending {
  const { last } = spending;
  if (last === null) return spending;
  return {
    ...spending,
    daily: startOfDay(last) === startOfDay(now) ? spending.daily : 0,
    weekly: startOfWeek(last) === startOfWeek(now) ? spending.weekly : 0,
    monthly: startOfMonth(last) === startOfMonth(now) ? spending.monthly : 0,
  };
}

/** @param time of the requests: before the last ones, too, it counts in the periods that it shares with them */
export function spend(spending: Spending, usd: number, time: number): Spending {
  const last = Math.max(time, spending.last ?? time);
  const current = spendingAt(spending, last);
  const added = spendingAt({ total: usd, daily: usd, weekly: usd, monthly: usd, last: time }, last);
  return {
    total: current.total + added.total,
    daily: current.daily + added.daily,
    weekly: current.weekly + added.weekly,
    monthly: current.monthly + added.monthly,
    last,
  };
}

/** The remaining USD of a limit at `now`; null = unlimited. Only spending since the last reset counts. */
export function remaining(limit: number | null, reset: Reset, spending: Spending, now: number): number | null {
  return limit === null ? null : Math.max(0, limit - spendingAt(spending, now)[reset ?? 'total']);
}

const DAY_MS = 86_400_000;

function startOfDay(time: number): number {
  return Math.floor(time / DAY_MS);
}

/** Weeks run Monday to Sunday; day 0 of the epoch was a Thursday. */
function startOfWeek(time: number): number {
  return Math.floor((startOfDay(time) + 3) / 7);
}

function startOfMonth(time: number): string {
  return new Date(time).toISOString().slice(0, 7);
}
