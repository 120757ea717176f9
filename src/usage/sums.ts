import { addUsd, sumUsd } from '../money.ts';
import { sumOf } from './spent.ts';
import type { ModelCount } from './usage-history.ts';
import type { DayUsage, ModelUsage, PersonUsage, Spent } from './usage-report.ts';

/** One row for each model; who spent most comes first. */
export function modelsOf(counts: readonly ModelCount[]): ModelUsage[] {
  const models = new Map<string, ModelCount[]>();
  for (const count of counts) {
    const same = models.get(count.model);
    if (same) same.push(count);
    else models.set(count.model, [count]);
  }
  return [...models].map(([model, same]) => ({ model, ...sumOf(same) })).sort(byCost);
}

/** What was counted on one day. */
export function dayUsage(day: string, counts: readonly ModelCount[]): DayUsage {
  let requests: number | null = 0;
  for (const count of counts) {
    requests = requests === null || count.requests === null ? null : requests + count.requests;
  }
  const cost = counts.some((count) => count.cost === null) ? null : sumUsd(counts.map((count) => count.cost));
  return { day, cost, requests, models: costsOf(counts) };
}

/** The same day of several people. */
export function sumOfDay(day: string, people: readonly PersonUsage[], at: number): DayUsage {
  const days = people.flatMap((person) => person.days[at] ?? []);
  let requests: number | null = 0;
  for (const each of days) {
    requests = requests === null || each.requests === null ? null : requests + each.requests;
  }
  const cost = days.every((each) => each.cost !== null) ? sumUsd(days.map((each) => each.cost)) : null;
  return { day, cost, requests, models: costsOf(days.flatMap(({ models }) => models)) };
}

export function byCost(a: Spent, b: Spent): number {
  return orderOf(b) - orderOf(a) || (b.requests ?? 0) - (a.requests ?? 0);
}

function costsOf(
  counts: readonly { model: string; cost: number | null; requests?: number | null }[],
): DayUsage['models'] {
  const models = new Map<string, { cost: number; requests: number | null }>();
  for (const { model, cost, requests = null } of counts) {
    if (cost === null) continue;
    const before = models.get(model) ?? { cost: 0, requests: 0 };
    models.set(model, {
      cost: addUsd(before.cost, cost),
      requests: before.requests === null || requests === null ? null : before.requests + requests,
    });
  }
  return [...models].map(([model, sum]) => ({ model, ...sum })).sort((a, b) => b.cost - a.cost);
}

/** What is not known stands below what is spent, and above nothing. */
function orderOf({ cost }: Spent): number {
  return cost ?? Number.MIN_VALUE;
}
