import { addUsd } from '../money.ts';
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

/** What was counted on one day. A report calls this for each day of each person. */
export function dayUsage(day: string, counts: readonly ModelCount[]): DayUsage {
  const sum: DayUsage = { day, cost: 0, requests: 0, models: [] };
  for (const count of counts) {
    addTo(sum, count);
    addModel(sum.models, count);
  }
  sum.models.sort(byModelCost);
  return sum;
}

/** The same day of several people. */
export function sumOfDay(day: string, people: readonly PersonUsage[], at: number): DayUsage {
  const sum: DayUsage = { day, cost: 0, requests: 0, models: [] };
  for (const person of people) {
    const own = person.days[at];
    if (own === undefined) continue;
    addTo(sum, own);
    for (const model of own.models) addModel(sum.models, model);
  }
  sum.models.sort(byModelCost);
  return sum;
}

export function byCost(a: Spent, b: Spent): number {
  return orderOf(b) - orderOf(a) || (b.requests ?? 0) - (a.requests ?? 0);
}

/** One that is not known makes the sum not known. */
function addTo(sum: DayUsage, { cost, requests }: Pick<Spent, 'cost' | 'requests'>): void {
  sum.cost = sum.cost === null || cost === null ? null : addUsd(sum.cost, cost);
  sum.requests = addRequests(sum.requests, requests);
}

/** Adds to the entry of its model. What is not known is left out. */
function addModel(
  sums: DayUsage['models'],
  { model, cost, requests = null }: { model: string; cost: number | null; requests?: number | null },
): void {
  if (cost === null) return;
  // A day has few models: looking through them is faster than a map for each day of each person.
  const sum = sums.find((each) => each.model === model);
  if (sum === undefined) {
    sums.push({ model, cost: addUsd(cost), requests });
    return;
  }
  sum.cost = addUsd(sum.cost, cost);
  sum.requests = addRequests(sum.requests, requests);
}

function addRequests(sum: number | null | undefined, requests: number | null): number | null {
  return typeof sum !== 'number' || requests === null ? null : sum + requests;
}

function byModelCost(a: { cost: number }, b: { cost: number }): number {
  return b.cost - a.cost;
}

/** What is not known stands below what is spent, and above nothing. */
function orderOf({ cost }: Spent): number {
  return cost ?? Number.MIN_VALUE;
}
