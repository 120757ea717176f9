/** Money of one spender. */
export interface Spending {
  /** USD in the period; null = not known */
  cost: number | null;
  /** USD on the newest day */
  newest: number | null;
  /** USD of each of the days before it, as far as they are known */
  before: readonly number[];
}

export interface Unusual {
  code: 'unusual_class' | 'unusual_own';
  /** USD */
  cost: number;
  /** USD */
  compared_with: number;
  /** people or days compared with */
  count: number;
}

/** Fewer people who spent have no middle that means anything. */
export const FEWEST_TO_COMPARE = 8;

/** Nobody needs to know of less, USD. */
const FLOOR = 0.25;
/** Modified z-score of log10 dollars, which are roughly normal: 0.13 false notices in a report of 54 people. */
const CUT_OFF = 3;
/** how many times the own highest day */
const TIMES = 5;
const FEWEST_ACTIVE_DAYS = 3;

/** Whose spending is unusually high; one list for each spender. A hint, never a reason to act. */
export function findUnusual(spendings: readonly Spending[]): { found: Unusual[][]; tooFew: boolean } {
  const active = spendings.flatMap(({ cost }) => (cost !== null && cost > 0 ? [cost] : []));
  const tooFew = active.length < FEWEST_TO_COMPARE;
  const isHigh = tooFew ? () => false : aboveOthers(active);
  const middle = median(active);
  const found = spendings.map(({ cost, newest, before }) => {
    const notices: Unusual[] = [];
    if (cost !== null && cost >= FLOOR && isHigh(cost)) {
      notices.push({ code: 'unusual_class', cost, compared_with: middle, count: active.length });
    }
    const own = ownHighest(before);
    if (newest !== null && own && newest >= FLOOR && newest >= TIMES * own.highest) {
      notices.push({ code: 'unusual_own', cost: newest, compared_with: own.highest, count: own.days });
    }
    return notices;
  });
  return { found, tooFew };
}

/** Iglewicz and Hoaglin 1993; where more than half are equal, the mean deviation takes the place of the median one (IBM). */
function aboveOthers(active: readonly number[]): (cost: number) => boolean {
  const logs = active.map(Math.log10);
  const middle = median(logs);
  const deviations = logs.map((log) => Math.abs(log - middle));
  const mad = median(deviations);
  const mean = deviations.reduce((sum, deviation) => sum + deviation, 0) / deviations.length;
  const scale = mad > 0 ? mad / 0.6745 : mean * 1.253314;
  return (cost) => scale > 0 && (Math.log10(cost) - middle) / scale > CUT_OFF;
}

function ownHighest(before: readonly number[]): { highest: number; days: number } | undefined {
  const days = before.filter((cost) => cost > 0);
  return days.length < FEWEST_ACTIVE_DAYS ? undefined : { highest: Math.max(...days), days: days.length };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
