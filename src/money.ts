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
