import { formatCents } from '../money.ts';
import { grouped } from '../plural.ts';

/** USD in cents, as people read costs: `$1,204.50`, `<$0.01` for less than half a cent, `not known` for null. */
export function costText(cost: number | null | undefined): string {
  return cost === null || cost === undefined ? 'not known' : formatCents(cost);
}

/** An amount beside an axis: as many decimals as its step needs, at least those that money has, none for whole dollars. */
export function tickText(amount: number, step: number): string {
  if (Number.isInteger(step)) return withDecimals(amount, 0);
  return withDecimals(amount, Math.max(2, -Math.floor(Math.log10(step)) + (isQuarter(step) ? 1 : 0)));
}

function withDecimals(amount: number, decimals: number): string {
  const [whole = '', fraction] = Math.abs(amount).toFixed(decimals).split('.');
  const digits = grouped(Number(whole));
  return `${amount < 0 ? '-' : ''}$${digits}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** 0.25, 0.0025 */
function isQuarter(step: number): boolean {
  return Math.abs(step / 10 ** Math.floor(Math.log10(step)) - 2.5) < 0.01;
}
