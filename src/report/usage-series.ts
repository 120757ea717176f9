import type { LimitReset } from '../keys/account-key.ts';
import { addUsd, subtractUsd, sumUsd } from '../money.ts';
import { plural } from '../plural.ts';
import type { DayUsage, UsageReport } from '../usage/usage-report.ts';

/** What the charts draw and the table below them says, from one source, so that they cannot differ. */
export interface UsageSeries {
  /** at most five models, who cost most first, and all others together */
  names: string[];
  days: SeriesDay[];
  /** every key that counts has a limit */
  isLimited: boolean;
}

export interface SeriesDay {
  day: string;
  /** USD, one for each name */
  costs: number[];
  /** whether anything was recorded, one for each name: requests may cost nothing */
  used: boolean[];
  /** null: not known, or not all of it */
  cost: number | null;
  /** everything known up to this day, USD; null for days that are still to come */
  soFar: number | null;
  /** what the limits of all keys allow up to this day, USD */
  allowed: number;
}

const MOST_MODELS = 5;

export function usageSeries(report: UsageReport): UsageSeries {
  const shown = report.models.slice(0, MOST_MODELS).map(({ model }) => model);
  const others = report.models.length - shown.length;
  const hasRest = others > 0 || report.days.some((day) => restOf(day, shown) > 0);
  const names = [...shown, ...(hasRest ? [others > 0 ? plural(others, 'other model') : 'model not known'] : [])];
  const today = report.as_of.slice(0, 10);
  const limits = limitsByReset(report.people);
  let soFar = 0;
  const days = report.days.map((day): SeriesDay => {
    const costs = [...shown.map((model) => costOf(day, model)), ...(hasRest ? [restOf(day, shown)] : [])];
    soFar = sumUsd([soFar, ...costs]);
    return {
      day: day.day,
      costs,
      used: [
        ...shown.map((wanted) => day.models.some(({ model }) => model === wanted)),
        ...(hasRest ? [restOf(day, shown) > 0 || day.models.some(({ model }) => !shown.includes(model))] : []),
      ],
      cost: day.cost,
      soFar: day.day > today ? null : soFar,
      allowed: allowedUntil(report, limits, day.day),
    };
  });
  return { names, days, isLimited: report.totals.unlimited === 0 };
}

function costOf({ models }: DayUsage, wanted: string): number {
  return sumUsd(models.filter(({ model }) => model === wanted).map(({ cost }) => cost));
}

/** What a day cost beyond the models that have a color. */
function restOf(day: DayUsage, shown: readonly string[]): number {
  const all = day.cost ?? sumUsd(day.models.map(({ cost }) => cost));
  return Math.max(0, subtractUsd(all, sumUsd(shown.map((model) => costOf(day, model)))));
}

/** Limits that reset allow their amount again in each day, week or month that the period touches. */
function allowedUntil({ period }: UsageReport, limits: ReadonlyMap<LimitReset, number>, day: string): number {
  return sumUsd(
    [...limits].map(([reset, limit]) => (reset === null ? limit : limit * windows(reset, period.since, day))),
  );
}

/** The sum of limits that reset alike, USD. */
function limitsByReset(people: UsageReport['people']): Map<LimitReset, number> {
  const limits = new Map<LimitReset, number>();
  for (const { limit, limit_reset } of people) limits.set(limit_reset, addUsd(limits.get(limit_reset), limit));
  return limits;
}

/** How many days, weeks or months have a part from one day to a later one. Weeks start on Monday, as limits do. */
function windows(reset: Exclude<LimitReset, null>, since: string, day: string): number {
  if (reset === 'daily') return dayNumber(day) - dayNumber(since) + 1;
  if (reset === 'weekly') return weekNumber(day) - weekNumber(since) + 1;
  return monthNumber(day) - monthNumber(since) + 1;
}

function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 86_400_000;
}

function weekNumber(day: string): number {
  // Day 0 is 1 January 1970, a Thursday.
  return Math.floor((dayNumber(day) + 3) / 7);
}

function monthNumber(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
}
