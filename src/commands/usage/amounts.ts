import { formatCents } from '../../money.ts';
import { grouped } from '../../plural.ts';
import type { Spent } from '../../usage/usage-report.ts';

const NOT_KNOWN = '?';
const NOTHING = '–';

/** USD in cents for tables: `$4.10`, `<$0.01`; `$0.00` is a real zero, `?` is not known. */
export function cents(amount: number | null): string {
  return amount === null ? NOT_KNOWN : formatCents(amount);
}

/** What was spent: `–` where nothing is recorded, `$0.00` where requests cost nothing. */
export function spentText({ cost, requests }: Pick<Spent, 'cost' | 'requests'>): string {
  return cost === 0 && (requests ?? 0) === 0 ? NOTHING : cents(cost);
}

export function requestsText({ cost, requests }: Pick<Spent, 'cost' | 'requests'>): string {
  if (requests === null) return NOT_KNOWN;
  return cost === 0 && requests === 0 ? NOTHING : grouped(requests);
}

const LEVELS = '▁▂▃▄▅▆▇█';
/** cells; longer periods are shown in equal parts */
const MOST_CELLS = 14;

/** Amounts as bars, the highest is full: `▁▂▇▁`. Blank where the amount is not known. */
export function sparkline(amounts: readonly (number | null)[]): string {
  const size = Math.ceil(amounts.length / MOST_CELLS);
  const parts = Array.from({ length: Math.ceil(amounts.length / size) }, (_, at) =>
    amounts.slice(at * size, (at + 1) * size),
  );
  const sums = parts.map((part) =>
    part.includes(null) ? null : part.reduce<number>((sum, amount) => sum + (amount ?? 0), 0),
  );
  const highest = Math.max(...sums.map((sum) => sum ?? 0));
  return sums.map((sum) => (sum === null ? ' ' : level(sum, highest))).join('');
}

/** The lowest bar is nothing at all; whatever was spent stands above it. */
function level(amount: number, highest: number): string {
  if (amount <= 0 || highest <= 0) return LEVELS.charAt(0);
  return LEVELS.charAt(Math.max(1, Math.round((amount / highest) * (LEVELS.length - 1))));
}
