import type { Output } from '../../context.ts';
import type { AccountKey } from '../../keys/account-key.ts';
import { formatUsd, sumUsd } from '../../money.ts';
import { titledLine } from '../../terminal/wrap.ts';
import { totals } from '../../views/key-table.ts';

/** The totals of `list`: also of the current UTC day, week and month. Null where no key tells. */
export function dashboardTotals(keys: readonly AccountKey[], creditLeft: number | null) {
  return {
    ...totals(keys),
    usage_daily: sumOfKnown(keys.map(({ usage_daily }) => usage_daily)),
    usage_weekly: sumOfKnown(keys.map(({ usage_weekly }) => usage_weekly)),
    usage_monthly: sumOfKnown(keys.map(({ usage_monthly }) => usage_monthly)),
    credit_left: creditLeft,
  };
}

/** How the keys are doing, above their table; empty without keys. */
export function dashboardLine(keys: readonly AccountKey[], creditLeft: number | null, output: Output): string {
  if (keys.length === 0) return '';
  const sums = dashboardTotals(keys, creditLeft);
  const spent: (readonly [string, number | null])[] = [
    ['today', sums.usage_daily],
    ['week', sums.usage_weekly],
    ['month', sums.usage_monthly],
    ['in all', sums.usage],
  ];
  const known = spent.flatMap(([when, usd]) => (usd === null ? [] : [`${when} ${formatUsd(usd)}`]));
  const credit = creditLeft === null ? '' : `; credit left ${formatUsd(creditLeft)}`;
  return titledLine('Spent', `${known.join(', ')}; total limit ${formatUsd(sums.limit)}${credit}`, output);
}

function sumOfKnown(amounts: readonly (number | undefined)[]): number | null {
  return amounts.every((amount) => amount === undefined) ? null : sumUsd(amounts);
}
