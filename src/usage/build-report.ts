import { addUsd, sumUsd } from '../money.ts';
import type { Participant } from '../roster/participant.ts';
import { counterOf, reportedByKeys } from './key-counters.ts';
import { addDays, daysOf } from './period.ts';
import { couldSpend, isBeforeCreation, presentKey, type Spender } from './spenders.ts';
import { atLeast, sumOf } from './spent.ts';
import { FEWEST_TO_COMPARE, findUnusual } from './unusual.ts';
import type { DayCount, ModelCount } from './usage-history.ts';
import type {
  DayUsage,
  ModelUsage,
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
  const built = spenders.map((spender) => personOf(spender, input, today));
  const { found, tooFew } = findUnusual(built.map((person, at) => spendingOf(person, spenders[at], input, today)));
  for (const [at, person] of built.entries()) person.notices = (found[at] ?? []).map(({ code }) => code);
  const notices = built.flatMap(({ participant }, at): UsageNotice[] =>
    (found[at] ?? []).map((unusual) => ({ ...unusual, participant })),
  );
  const strangers = input.others.map((spender) => personOf(spender, input, today));
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
    days: daysOf(period).map((day, at) => sumOfDay(day, everybody, at)),
    others: strangers.length === 0 ? null : spentOf(strangers),
    unmatched: [...input.unmatched],
    totals,
    notices: notices.sort((a, b) => b.cost - a.cost),
    notes: [...input.notes, ...(tooFew && totals.active > 0 ? [`unusual spending: ${TOO_FEW}`] : [])],
  };
}

function personOf(spender: Spender, input: ReportInput, today: string): PersonUsage {
  const { participant, keys } = spender;
  const present = presentKey(spender);
  const last = present?.last;
  const all: ModelCount[] = [];
  const days = daysOf(input.period).map((day): DayUsage => {
    const able = keys.filter((key) => couldSpend(key, day, today));
    const counts = able.map(
      (key) => input.counted(key.hash, day)?.rows ?? (isBeforeCreation(key, day) ? [] : undefined),
    );
    const known = counts.flatMap((rows) => rows ?? []);
    all.push(...known);
    if (counts.includes(undefined)) return { day, cost: null, requests: null, models: [] };
    if (known.length === 0) return { day, cost: 0, requests: 0, models: [] };
    const { cost, requests } = sumOf(known);
    return { day, cost, requests, models: costsOf(modelsOf(known)) };
  });
  const isWhole = days.every(({ cost }) => cost !== null);
  const sum = sumOf(all);
  const counters = isWhole ? null : countersOf(spender, input, today);
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
function countersOf({ keys }: Spender, { period, source }: ReportInput, today: string): number | null {
  if (source !== 'keys') return null;
  const able = keys.filter((key) => daysOf(period).some((day) => couldSpend(key, day, today)));
  const costs = able.map(({ last }) => last && counterOf(last, period, today));
  return costs.includes(undefined) ? null : sumUsd(costs);
}

function spendingOf(
  { cost, days }: PersonUsage,
  spender: Spender | undefined,
  { period, counted }: ReportInput,
  today: string,
) {
  const newest = period.until < today ? period.until : today;
  const before = Array.from({ length: OWN_HISTORY_DAYS }, (_, at) => addDays(newest, at - OWN_HISTORY_DAYS));
  return {
    cost,
    newest: days.find(({ day }) => day === newest)?.cost ?? null,
    before: before.map((day) =>
      sumUsd((spender?.keys ?? []).flatMap(({ hash }) => counted(hash, day)?.rows.map((row) => row.cost) ?? [])),
    ),
  };
}

function modelsOf(counts: readonly ModelCount[]): ModelUsage[] {
  const models = new Map<string, ModelCount[]>();
  for (const count of counts) {
    const same = models.get(count.model);
    if (same) same.push(count);
    else models.set(count.model, [count]);
  }
  return [...models].map(([model, same]) => ({ model, ...sumOf(same) })).sort(byCost);
}

function costsOf(models: readonly ModelUsage[]): DayUsage['models'] {
  return models.flatMap(({ model, cost, requests }) => (cost === null ? [] : [{ model, cost, requests }]));
}

function sumOfDay(day: string, people: readonly PersonUsage[], at: number): DayUsage {
  const days = people.flatMap(({ days }) => days[at] ?? []);
  const isCounted = days.every(({ cost }) => cost !== null);
  const models = new Map<string, number>();
  for (const { model, cost } of days.flatMap(({ models }) => models))
    models.set(model, addUsd(models.get(model), cost));
  return {
    day,
    cost: isCounted ? sumUsd(days.map(({ cost }) => cost)) : null,
    requests: days.every(({ requests }) => requests !== null)
      ? days.reduce((sum, { requests }) => sum + (requests ?? 0), 0)
      : null,
    models: [...models].map(([model, cost]) => ({ model, cost })).sort((a, b) => b.cost - a.cost),
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

function byCost(a: Spent, b: Spent): number {
  return orderOf(b) - orderOf(a) || (b.requests ?? 0) - (a.requests ?? 0);
}

function bySpending(a: PersonUsage, b: PersonUsage): number {
  return byCost(a, b) || rowOf(a.participant) - rowOf(b.participant);
}

/** What is not known stands below what is spent, and above nothing. */
function orderOf({ cost }: Spent): number {
  return cost ?? Number.MIN_VALUE;
}

function rowOf(participant: Participant | null): number {
  return participant?.row ?? Number.MAX_SAFE_INTEGER;
}
