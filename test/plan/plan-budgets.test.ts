import { expect, test } from 'vitest';
import { BUDGET_PERIODS, type BudgetPeriod } from '../../src/keys/budgets-api.ts';
import { disorderedBudgets, planSetBudgets } from '../../src/plan/plan-budgets.ts';

test('whatever is set, a longer period has the larger budget after each change, and all is as wanted at the end', () => {
  const ordered = everySet().filter(isOrdered);
  let planned = 0;
  for (const now of ordered) {
    for (const limits of ordered) {
      const budgets = { limits: now, include_byok: undefined };
      const end = new Map([...now, ...limits]);
      const what = `${[...now]} to ${[...limits]}`;
      if ((disorderedBudgets(budgets, { limits }).length === 0) !== isOrdered(end)) expect.fail(what);
      if (!isOrdered(end)) continue;
      planned += 1;
      const at = new Map(now);
      for (const change of planSetBudgets(budgets, { limits })) {
        if (change.new !== undefined) at.set(change.period, change.new);
        if (!isOrdered(at)) expect.fail(`${what}: ${[...at]}`);
      }
      if (String(sorted(at)) !== String(sorted(end))) expect.fail(`${what}: ${[...at]}`);
    }
  }
  expect(planned).toBeGreaterThan(3000);
});

test('budgets that are out of order are found, whichever they are', () => {
  const none = { limits: new Map(), include_byok: undefined };
  const wrong = everySet().filter((limits) => (disorderedBudgets(none, { limits }).length === 0) !== isOrdered(limits));
  expect(wrong).toEqual([]);
});

/** Every choice of none or 1 to 5 USD for each period. */
function everySet(): Map<BudgetPeriod, number>[] {
  let sets: [BudgetPeriod, number][][] = [[]];
  for (const period of BUDGET_PERIODS) {
    sets = sets.flatMap((set) => [
      set,
      ...[1, 2, 3, 4, 5].map((usd): [BudgetPeriod, number][] => [...set, [period, usd]]),
    ]);
  }
  return sets.map((set) => new Map(set));
}

function isOrdered(set: ReadonlyMap<BudgetPeriod, number>): boolean {
  const limits = sorted(set);
  return limits.every(([, usd], at) => at === 0 || usd > (limits[at - 1]?.[1] ?? 0));
}

function sorted(set: ReadonlyMap<BudgetPeriod, number>): [BudgetPeriod, number][] {
  return BUDGET_PERIODS.flatMap((period) => {
    const usd = set.get(period);
    return usd === undefined ? [] : [[period, usd] as [BudgetPeriod, number]];
  });
}
