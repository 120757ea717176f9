import type { AccountKey } from '../keys/account-key.ts';
import { isOver, spentInWindow, type Threshold } from '../keys/spending.ts';
import { formatUsd } from '../money.ts';
import { findUnusual } from './unusual.ts';

/**
 * What a watch tells. Money is USD.
 * - over: spent since the limit last started again, as `list --over` counts it
 * - per_hour, per_day: spent by one key in the last hour, on the UTC day
 * - total_over: spent by all watched keys together
 * - credit_under: credit left on the account
 * - unusual: much more on the UTC day than the others who spent; never a reason to disable
 */
export type WatchRule = KeyRule | CommonRule;
/** about one key */
export type KeyRule =
  | { rule: 'over'; threshold: Threshold }
  | { rule: 'per_hour' | 'per_day'; usd: number }
  | { rule: 'unusual' };
/** about all of them */
export interface CommonRule {
  rule: 'total_over' | 'credit_under';
  usd: number;
}

export function isKeyRule(rule: WatchRule): rule is KeyRule {
  return rule.rule !== 'total_over' && rule.rule !== 'credit_under';
}

/** Whether keys may be disabled for it: unusual spending is a hint, and low credit is nobody's fault. */
export function canDisable({ rule }: WatchRule): boolean {
  return rule !== 'unusual' && rule !== 'credit_under';
}

/** Names a rule in the log and in JSON: `over:80%`, `per_hour:0.5`. */
export function ruleId(rule: WatchRule): string {
  if (rule.rule === 'unusual') return rule.rule;
  if (rule.rule !== 'over') return `${rule.rule}:${rule.usd}`;
  const { threshold } = rule;
  return 'usd' in threshold ? `over:${threshold.usd}` : `over:${percentOf(threshold.share)}%`;
}

/** `over 80 % of the limit`, `over $0.50 in an hour`: what a key or the account did. */
export function ruleText(rule: WatchRule): string {
  switch (rule.rule) {
    case 'over':
      return 'usd' in rule.threshold
        ? `over ${formatUsd(rule.threshold.usd)}`
        : `over ${percentOf(rule.threshold.share)} % of the limit`;
    case 'per_hour':
      return `over ${formatUsd(rule.usd)} in an hour`;
    case 'per_day':
      return `over ${formatUsd(rule.usd)} in a day`;
    case 'total_over':
      return `over ${formatUsd(rule.usd)} together`;
    case 'credit_under':
      return `under ${formatUsd(rule.usd)} of credit`;
    case 'unusual':
      return 'much more than the others today';
  }
}

/** What a rule compares: USD, and the USD it is compared with. Undefined = not known. */
export interface Measure {
  value: number;
  threshold: number;
}

/**
 * What a key spent, as a rule counts it. The limit is what a share is of, so a key without one is never over it.
 * `unusual`: by hash, those who spent much more than the middle of all, and that middle.
 */
export function measureKey(
  rule: KeyRule,
  key: AccountKey,
  lastHour: number | undefined,
  unusual: ReadonlyMap<string, number>,
): Measure | undefined {
  if (rule.rule === 'unusual') {
    return { value: key.usage_daily ?? 0, threshold: unusual.get(key.hash) ?? Number.POSITIVE_INFINITY };
  }
  if (rule.rule === 'over') {
    const value = spentInWindow(key);
    const threshold = 'usd' in rule.threshold ? rule.threshold.usd : shareOf(key, rule.threshold.share);
    return value === undefined || threshold === undefined ? undefined : { value, threshold };
  }
  const value = rule.rule === 'per_hour' ? lastHour : key.usage_daily;
  return value === undefined ? undefined : { value, threshold: rule.usd };
}

/** Whether a key is over what its rule allows; exactly as `list --over` decides. */
export function isCrossed(rule: WatchRule, { value, threshold }: Measure, key?: AccountKey): boolean {
  if (rule.rule === 'over') return key !== undefined && isOver(key, rule.threshold);
  return rule.rule === 'credit_under' ? value < threshold : value > threshold + TINY;
}

/** Well back on the right side: a value that swings around its threshold is not told each time. */
export function isCleared(rule: WatchRule, { value, threshold }: Measure): boolean {
  return rule.rule === 'credit_under' ? value > threshold * 1.1 : value < threshold * 0.9;
}

/** What a notice is about: a new window means that it may be told again. `at`: ms since the epoch. */
export function windowOf(rule: WatchRule, at: number, key?: AccountKey): string {
  const day = new Date(at).toISOString().slice(0, 10);
  if (rule.rule === 'per_day' || rule.rule === 'unusual') return day;
  if (rule.rule !== 'over' || !key) return 'always';
  const limit = key.limit ?? 'unlimited';
  switch (key.limit_reset) {
    case 'daily':
      return `${day}@${limit}`;
    case 'weekly':
      return `${mondayOf(at)}@${limit}`;
    case 'monthly':
      return `${day.slice(0, 7)}@${limit}`;
    default:
      return `always@${limit}`;
  }
}

/** Who spent much more today than the others: by hash, the middle of all who spent, USD. */
export function unusualToday(keys: readonly AccountKey[]): Map<string, number> {
  const { found } = findUnusual(keys.map((key) => ({ cost: key.usage_daily ?? null, newest: null, before: [] })));
  return new Map(
    keys.flatMap(({ hash }, at): [string, number][] => found[at]?.map((each) => [hash, each.compared_with]) ?? []),
  );
}

function shareOf({ limit }: AccountKey, share: number): number | undefined {
  if (limit === null) return Number.POSITIVE_INFINITY;
  return limit === undefined ? undefined : limit * share;
}

function percentOf(share: number): number {
  return Math.round(share * 10_000) / 100;
}

const DAY_MS = 86_400_000;

/** Weeks run Monday to Sunday; day 0 of the epoch was a Thursday. */
function mondayOf(at: number): string {
  const day = Math.floor(at / DAY_MS);
  return new Date((day - ((day + 3) % 7)) * DAY_MS).toISOString().slice(0, 10);
}

/** Sums of cents in binary differ from what people mean by less than this. */
const TINY = 1e-9;
