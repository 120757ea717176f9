/** USD are added and subtracted in millionths, so that 0.1 + 0.2 is 0.3. Amounts nobody told (null, undefined) count as nothing. */
export function addUsd(one: number | null | undefined, other?: number | null): number {
  return (millionths(one) + millionths(other)) / MILLION;
}

/** The sum of many amounts in USD. */
export function sumUsd(amounts: Iterable<number | null | undefined>): number {
  return sumUsdOf(amounts, (amount) => amount);
}

/** The sum of an amount that each record has: reports have hundreds of thousands, so no second list is made of them. */
export function sumUsdOf<T>(records: Iterable<T>, amountOf: (record: T) => number | null | undefined): number {
  let sum = 0;
  for (const record of records) sum += millionths(amountOf(record));
  return sum / MILLION;
}

/** What is left of one amount after another, USD; less than nothing is possible. */
export function subtractUsd(from: number, amount: number): number {
  return addUsd(from, -amount);
}

const MILLION = 1_000_000;

function millionths(amount: number | null | undefined): number {
  return Math.round((amount ?? 0) * MILLION);
}

/** USD for people: `$1.00`, `$0.1235`, `$0.000123`; null is `unlimited`, what the account did not tell is `unknown`. */
export function formatUsd(amount: number | null | undefined): string {
  if (amount === null) return 'unlimited';
  if (amount === undefined || !Number.isFinite(amount)) return 'unknown';
  const sign = amount < 0 ? '-' : '';
  return sign + formatPositive(Math.abs(amount));
}

const SMALLEST = 0.000001;

function formatPositive(amount: number): string {
  if (amount === 0) return '$0.00';
  if (amount < SMALLEST) return `< $${SMALLEST.toFixed(6)}`;
  const [whole = '', decimals = ''] = amount.toFixed(amount < 0.01 ? 6 : 4).split('.');
  return `$${whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',')}.${decimals.replace(/0+$/, '').padEnd(2, '0')}`;
}

/** USD in whole cents, as people read what was spent: `$4.10`, `<$0.01` for less than half a cent. */
export function formatCents(amount: number): string {
  return amount > 0 && amount < HALF_A_CENT ? '<$0.01' : formatUsd(Math.round(amount * 100) / 100);
}

const HALF_A_CENT = 0.005;
