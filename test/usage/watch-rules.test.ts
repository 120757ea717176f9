import { describe, expect, test } from 'vitest';
import type { AccountKey } from '../../src/keys/account-key.ts';
import { type WatchRule, windowOf } from '../../src/usage/watch-rules.ts';

const OVER: WatchRule = { rule: 'over', threshold: { share: 0.8 } };
const SUNDAY = Date.parse('2026-03-01T23:59:59.999Z');
const MONDAY = Date.parse('2026-03-02T00:00:00Z');

function keyOf(limit_reset: AccountKey['limit_reset'], limit: number | null = 1): AccountKey {
  return { hash: 'a', name: 'a', limit, limit_reset };
}

describe('a rule may be told again when its window is over', () => {
  test.each([
    ['daily', '2026-03-01@1', '2026-03-02@1'],
    ['weekly', '2026-02-23@1', '2026-03-02@1'],
    ['monthly', '2026-03@1', '2026-03@1'],
    [null, 'always@1', 'always@1'],
  ] as const)('that of a limit which starts again %s: %s, then %s', (reset, sunday, monday) => {
    expect([SUNDAY, MONDAY].map((at) => windowOf(OVER, at, keyOf(reset)))).toEqual([sunday, monday]);
  });

  test('a month is over at its end, a week on its Sunday, wherever in the week one begins', () => {
    expect(windowOf(OVER, Date.parse('2026-02-28T23:59:59Z'), keyOf('monthly'))).toBe('2026-02@1');
    const week = Array.from({ length: 7 }, (_, day) => windowOf(OVER, MONDAY + day * 86_400_000, keyOf('weekly')));
    expect(new Set(week)).toEqual(new Set(['2026-03-02@1']));
  });

  test('a limit that was changed or taken away is another one', () => {
    expect(windowOf(OVER, MONDAY, keyOf(null, 2))).toBe('always@2');
    expect(windowOf(OVER, MONDAY, keyOf(null, null))).toBe('always@unlimited');
  });

  test.each([
    [{ rule: 'per_day', usd: 2 }, '2026-03-01', '2026-03-02'],
    [{ rule: 'unusual' }, '2026-03-01', '2026-03-02'],
    [{ rule: 'per_hour', usd: 2 }, 'always', 'always'],
  ] as [WatchRule, string, string][])('%j: %s, then %s', (rule, sunday, monday) => {
    expect([SUNDAY, MONDAY].map((at) => windowOf(rule, at, keyOf('daily')))).toEqual([sunday, monday]);
  });
});
