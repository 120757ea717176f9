import { sumUsd } from '../money.ts';
import type { Participant } from '../roster/participant.ts';
import { counterOf, reportedByKeys } from './key-counters.ts';
import { addDays, daysOf } from './period.ts';
import { couldSpend, isBeforeCreation, presentKey, type Spender } from './spenders.ts';
import { atLeast, sumOf } from './spent.ts';
import { byCost, dayUsage, modelsOf, sumOfDay } from './sums.ts';
import { FEWEST_TO_COMPARE, findUnusual } from './unusual.ts';
import type { DayCount, ModelCount } from './usage-history.ts';
import type {
  DayUsage,
  PersonUsage,
  Spent,
  UsageNotice,
  UsagePeriod,
  UsageReport,
  UsageTotals,
} from './usage-report.ts';

export interface ReportInput {
  prefix: string | null;
  sandbox: boolean;
  /** until when everything is counted: now, or when it was last asked for */
  asOf: Date;
  source: UsageReport['source'];
  period: UsagePeriod;
  spenders: readonly Spender[];
  /** keys that nobody here knows, in one sum */
  others: readonly Spender[];
  /** what is known of a key and a day; undefined = nothing */
  counted(hash: string, day: string): DayCount | undefined;
  unmatched: readonly string[];
  /** whether the list of keys, where it was asked for, has every key */
  listed: boolean;
  creditLeft: number | null;
  tierOf(spender: Spender): string | null;
  notes: readonly string[];
}

const TOO_FEW = `fewer than ${FEWEST_TO_COMPARE} people spent, which is too few to compare`;

/** Days before the newest one that a spender's own history consists of. */
export const OWN_HISTORY_DAYS = 14;

/** One row for each person, with everything that adds up from it. */
export function buildReport(input: ReportInput): UsageReport {
  const { period, asOf, spenders } = input;
  const today = asOf.toISOString().slice(0, 10);
  const newest = period.until < today ? period.until : today;
  const before = Array.from({ length: OWN_HISTORY_DAYS }, (_, at) => addDays(newest, at - OWN_HISTORY_DAYS));
  const days = daysOf(period);
  const frame: Frame = { today, days, idle: days.map((day) => dayUsage(day, [])), newest, before };
  const built = spenders.map((spender) => personOf(spender, input, frame));
  const { found, tooFew } = findUnusual(built.map((person, at) => spendingOf(person, spenders[at], input, frame)));
  for (const [at, person] of built.entries()) person.notices = (found[at] ?? []).map(({ code }) => code);
  const notices = built.flatMap(({ participant }, at): UsageNotice[] =>
    (found[at] ?? []).map((unusual) => ({ ...unusual, participant })),
  );
  const strangers = input.others.map((spender) => personOf(spender, input, frame));
  const everybody = [...built, ...strangers];
  const totals = totalsOf(built, everybody, input, today);
  return {
    prefix: input.prefix,
    sandbox: input.sandbox,
    as_of: asOf.toISOString(),
    source: input.source,
    complete: input.listed && input.unmatched.length === 0 && everybody.every(isKnown),
    period,
    people: [...built].sort(bySpending),
    models: modelsOf(everybody.flatMap(({ models }) => models)),
    days: frame.days.map((day, at) => sumOfDay(day, everybody, at)),
    others: strangers.length === 0 ? null : spentOf(strangers),
    unmatched: [...input.unmatched],
    totals,
    notices: notices.sort((a, b) => b.cost - a.cost),
    notes: [...input.notes, ...(tooFew && totals.active > 0 ? [`unusual spending: ${TOO_FEW}`] : [])],
  };
}

/** Days that are the same for everybody. */
interface Frame {
  today: string;
  days: readonly string[];
  /** the same days, with nothing spent: most people spend nothing on most days */
  idle: readonly DayUsage[];
  /** the last one that has begun */
  newest: string;
  /** the days before it */
  before: readonly string[];
}

function personOf(spender: Spender, input: ReportInput, frame: Frame): PersonUsage {
  const { participant, keys } = spender;
  const present = presentKey(spender);
  const last = present?.last;
  const all: ModelCount[] = [];
  const { today } = frame;
  const days = frame.days.map((day, at): DayUsage => {
    const known: ModelCount[] = [];
    let isKnown = true;
    for (const key of keys) {
      if (!couldSpend(key, day, today)) continue;
      const rows = input.counted(key.hash, day)?.rows;
      if (rows) known.push(...rows);
      else isKnown &&= isBeforeCreation(key, day);
    }
    all.push(...known);
    if (!isKnown) return { day, cost: null, requests: null, models: [] };
    return (known.length === 0 ? frame.idle[at] : undefined) ?? dayUsage(day, known);
  });
  const isWhole = days.every(({ cost }) => cost !== null);
  const sum = sumOf(all);
  const counters = isWhole ? null : countersOf(spender, input, frame);
  const isDisabled = last?.disabled === true;
  return {
    participant,
    keys: keys.map(({ name, hash, label, deleted }) => ({ name, hash, label, deleted })),
    ...sum,
    cost: isWhole ? sum.cost : counters,
    requests: days.every(({ requests }) => requests !== null) ? sum.requests : null,
    limit: last?.limit,
    limit_reset: last?.limit_reset ?? null,
    limit_remaining: last?.limit_remaining ?? null,
    daily_limit: last?.limit_reset === 'daily' ? (last.limit ?? null) : null,
    last_used_at: last?.last_used_at ?? null,
    disabled: isDisabled,
    status: keys.length === 0 ? 'no_key' : !present ? 'deleted' : isDisabled ? 'disabled' : 'active',
    tier: input.tierOf(spender),
    models: modelsOf(all),
    days,
    notices: [],
  };
}

/** Where nobody counted days, the keys' own counters may cover the period. */
function countersOf({ keys }: Spender, { period, source }: ReportInput, { today, days }: Frame): number | null {
  if (source !== 'keys') return null;
  const able = keys.filter((key) => days.some((day) => couldSpend(key, day, today)));
  const costs = able.map(({ last }) => last && counterOf(last, period, today));
  return costs.includes(undefined) ? null : sumUsd(costs);
}

function spendingOf(
  { cost, days }: PersonUsage,
  spender: Spender | undefined,
  { counted }: ReportInput,
  { newest, before }: Frame,
) {
  return {
    cost,
    newest: days.find(({ day }) => day === newest)?.cost ?? null,
    before: before.map((day) =>
      sumUsd((spender?.keys ?? []).flatMap(({ hash }) => counted(hash, day)?.rows.map((row) => row.cost) ?? [])),
    ),
  };
}

/** What is known counts, also of people of whom not everything is: at least so much was spent. */
function spentOf(people: readonly PersonUsage[]): Spent {
  return atLeast(
    people.flatMap((person): Spent[] => (person.cost === null && person.models.length > 0 ? person.models : [person])),
  );
}

function totalsOf(
  people: readonly PersonUsage[],
  everybody: readonly PersonUsage[],
  input: ReportInput,
  today: string,
): UsageTotals {
  const present = [...input.spenders, ...input.others].flatMap(({ keys }) => keys.filter(({ deleted }) => !deleted));
  const spent = spentOf(everybody);
  return {
    ...spent,
    count: people.length,
    active: people.filter(isActive).length,
    limit: sumUsd(present.map(({ last }) => last?.limit)),
    limit_remaining: sumUsd(present.map(({ last }) => last?.limit_remaining)),
    unlimited: present.filter(({ last }) => last?.limit === null).length,
    credit_left: input.creditLeft,
    reported_by_keys: input.source === 'analytics' ? reportedByKeys(present, spent.cost, input, today) : null,
  };
}

/** At least one request or any cost; of others, nobody knows. */
export function isActive({ cost, requests, models }: PersonUsage): boolean {
  return (cost ?? 0) > 0 || (requests ?? 0) > 0 || models.length > 0;
}

function isKnown({ cost, requests }: PersonUsage): boolean {
  return cost !== null && requests !== null;
}

function bySpending(a: PersonUsage, b: PersonUsage): number {
  return byCost(a, b) || rowOf(a.participant) - rowOf(b.participant);
}

function rowOf(participant: Participant | null): number {
  return participant?.row ?? Number.MAX_SAFE_INTEGER;
}
