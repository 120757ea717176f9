import type { ErrorCode } from '../error-codes.ts';
import { type CliError, usageError } from '../errors.ts';
import type { UsagePeriod } from './usage-report.ts';

/** The options that name a period, as typed; true = given without a value. */
export interface PeriodFlags {
  today?: true | undefined;
  days?: string | undefined;
  week?: string | true | undefined;
  month?: string | true | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

/** The service keeps no more. */
const MOST_DAYS = 365;
const DAY_MS = 86_400_000;

/** Reads the period: UTC days, both ends included, `--days 7` by default. Throws usage errors. */
export function readPeriod(flags: PeriodFlags, now: Date): UsagePeriod {
  refuseTwo(flags);
  const today = dayOf(now);
  const { since, until } = boundsOf(flags, today);
  if (since > until) {
    throw bad(`--since ${since} is after ${flags.until === undefined ? 'today' : '--until'} (${until}, UTC)`, today);
  }
  if (since > today) throw bad(`The period starts on ${since}, but today is ${today} (UTC)`, today);
  if (flags.until !== undefined && until > today) {
    throw bad(`--until ${until} lies in the future: today is ${today} (UTC)`, today);
  }
  const length = daysBetween(since, until) + 1;
  if (length > MOST_DAYS) {
    throw bad(`The period has ${length} days: OpenRouter keeps usage for ${MOST_DAYS}`, today);
  }
  return { since, until, time_zone: 'UTC', over: until < today };
}

/** The UTC day of a time, `YYYY-MM-DD`. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** A day so many days later, or earlier with a negative number. */
export function addDays(day: string, days: number): string {
  return dayOf(new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS));
}

/** Every day of the period, oldest first. */
export function daysOf({ since, until }: Pick<UsagePeriod, 'since' | 'until'>): string[] {
  return Array.from({ length: daysBetween(since, until) + 1 }, (_, at) => addDays(since, at));
}

/** The Monday of a day's week. */
export function mondayOf(day: string): string {
  // 0 is Sunday.
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}

/** Days from one day to a later one. */
export function daysBetween(since: string, until: string): number {
  return Math.round((Date.parse(`${until}T00:00:00Z`) - Date.parse(`${since}T00:00:00Z`)) / DAY_MS);
}

const NAMES = { today: '--today', days: '--days', week: '--week', month: '--month', since: '--since' } as const;

function refuseTwo(flags: PeriodFlags): void {
  const { today, days, week, month, since } = flags;
  const given = Object.entries({ today, days, week, month, since })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => Object.entries(NAMES).find(([known]) => known === name)?.[1] ?? name);
  const [one, other] = given;
  if (one !== undefined && other !== undefined) {
    throw usageError('contradiction', `${one} and ${other} cannot be combined: each names a period.`, {
      hint: 'Remove one of them.',
    });
  }
  if (flags.until === undefined || since !== undefined) return;
  if (one !== undefined) {
    throw usageError('contradiction', `${one} and --until cannot be combined: each names a period.`, {
      hint: 'Remove one of them.',
    });
  }
  throw usageError('bad_period', '--until needs --since: a period has two ends.', {
    hint: `For example: --since ${addDays(safeDay(flags.until), -6)} --until ${safeDay(flags.until)}`,
  });
}

function safeDay(typed: string): string {
  return isDay(typed) ? typed : '2026-03-08';
}

function boundsOf(flags: PeriodFlags, today: string): { since: string; until: string } {
  const { days, week, month, since, until } = flags;
  if (flags.today) return { since: today, until: today };
  if (week !== undefined) {
    const monday = mondayOf(week === true ? today : readDay('--week', week, today));
    return { since: monday, until: addDays(monday, 6) };
  }
  if (month !== undefined) return monthBounds(month === true ? today.slice(0, 7) : month, today);
  if (since !== undefined) {
    return {
      since: readDay('--since', since, today),
      until: until === undefined ? today : readDay('--until', until, today),
    };
  }
  return { since: addDays(today, 1 - readDays(days ?? '7', today)), until: today };
}

function monthBounds(typed: string, today: string): { since: string; until: string } {
  const first = `${typed.normalize('NFKC').trim()}-01`;
  if (!isDay(first)) throw bad(`Invalid --month ${typed}: expected a month such as 2026-03`, today);
  const next = addDays(first, 31).slice(0, 7);
  return { since: first, until: addDays(`${next}-01`, -1) };
}

function readDay(flag: string, typed: string, today: string): string {
  const day = typed.normalize('NFKC').trim();
  if (isDay(day)) return day;
  throw bad(`Invalid ${flag} ${typed}: expected a day such as 2026-03-01`, today);
}

/** Date turns 30 February into 2 March. */
function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
}

function readDays(typed: string, today: string): number {
  const days = /^\s*\d{1,6}\s*$/.test(typed) ? Number(typed) : 0;
  if (days >= 1 && days <= MOST_DAYS) return days;
  throw bad(`Invalid --days ${typed}: expected a whole number from 1 to ${MOST_DAYS}`, today);
}

function bad(problem: string, today: string): CliError {
  const code: ErrorCode = 'bad_period';
  return usageError(code, `${problem}.`, {
    hint: `For example: --days 7, --week, --month ${today.slice(0, 7)}, or --since ${addDays(today, -13)} --until ${addDays(today, -7)}`,
  });
}
