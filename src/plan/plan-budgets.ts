import { BUDGET_PERIODS, type BudgetPeriod, type Budgets } from '../keys/budgets-api.ts';
import { formatUsd } from '../money.ts';

/** One budget that is set, changed or removed. USD; undefined = none. */
export interface BudgetChange {
  period: BudgetPeriod;
  old: number | undefined;
  new: number | undefined;
}

/** What shall be: a budget a period, and whether usage of own provider keys counts. Absent = as it is. */
export interface WantedBudgets {
  limits: ReadonlyMap<BudgetPeriod, number>;
  include_byok?: boolean | undefined;
}

/**
 * The changes in an order in which a wider period has the larger budget after each of them: first what rises, from the widest down, then
 * what falls, from the narrowest up, then what is new. A setting alone is sent with a budget that stays.
 */
export function planSetBudgets(now: Budgets, { limits, include_byok }: WantedBudgets): BudgetChange[] {
  const changes = BUDGET_PERIODS.flatMap((period): BudgetChange[] => {
    const wanted = limits.get(period);
    const old = now.limits.get(period);
    return wanted === undefined || wanted === old ? [] : [{ period, old, new: wanted }];
  });
  const isNew = ({ old }: BudgetChange) => old === undefined;
  const rises = ({ old, new: next }: BudgetChange) => old !== undefined && next !== undefined && next > old;
  const ordered = [
    ...changes.filter(rises).reverse(),
    ...changes.filter((change) => !isNew(change) && !rises(change)),
    ...changes.filter(isNew),
  ];
  if (ordered.length > 0 || include_byok === undefined || include_byok === now.include_byok) return ordered;
  return [...now.limits].slice(0, 1).map(([period, limit]) => ({ period, old: limit, new: limit }));
}

export function planClearBudgets(now: Budgets, periods: readonly BudgetPeriod[]): BudgetChange[] {
  return periods.flatMap((period) => {
    const old = now.limits.get(period);
    return old === undefined ? [] : [{ period, old, new: undefined }];
  });
}

/** One sentence for each pair of neighbors in which the wider period has not the larger budget, with those that are set already. */
export function disorderedBudgets(now: Budgets, { limits }: WantedBudgets): string[] {
  const all = BUDGET_PERIODS.flatMap((period) => {
    const usd = limits.get(period) ?? now.limits.get(period);
    return usd === undefined ? [] : [{ period, usd, set: limits.has(period) ? '' : ', as it is now' }];
  });
  return all.flatMap(({ period, usd, set }, at) => {
    const wider = all[at + 1];
    if (wider === undefined || wider.usd > usd) return [];
    return [
      `${wider.period} (${formatUsd(wider.usd)}${wider.set}) must be more than ${period} (${formatUsd(usd)}${set})`,
    ];
  });
}
