import { expect, test } from 'vitest';
import { formatUsd } from '../src/money.ts';

test.each([
  [1, '$1.00'],
  [0.5, '$0.50'],
  [0, '$0.00'],
  [-0, '$0.00'],
  [1234.5, '$1,234.50'],
  [1_000_000, '$1,000,000.00'],
  [0.1 + 0.2, '$0.30'],
  [0.12345, '$0.1235'],
  [12.345, '$12.345'],
  [0.000123, '$0.000123'],
  [0.0099999, '$0.01'],
  [0.00000004, '< $0.000001'],
  [-0.25, '-$0.25'],
  [null, 'unlimited'],
  [undefined, 'unknown'],
  [Number.NaN, 'unknown'],
])('formatUsd(%s) is %s', (amount, shown) => {
  expect(formatUsd(amount)).toBe(shown);
});
