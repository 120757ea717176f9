import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { AccountKey } from '../../src/keys/account-key.ts';
import { parseThreshold } from '../../src/keys/spending.ts';
import { ruleId, type WatchRule } from '../../src/usage/watch-rules.ts';
import { emptyWatchState, noteActed, type WatchState } from '../../src/usage/watch-state.ts';
import { stepWatch, type WatchConfig, type WatchEvent } from '../../src/usage/watch-step.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.parse('2026-03-02T12:00:00Z');

const PER_HOUR: WatchRule = { rule: 'per_hour', usd: 0.5 };
const OVER_80: WatchRule = over('80%');

function over(text: string): WatchRule {
  const threshold = parseThreshold(text);
  if (!threshold) throw new Error(text);
  return { rule: 'over', threshold };
}

function keyOf(hash: string, fields: Partial<AccountKey> = {}): AccountKey {
  return { hash, name: hash, limit: 1, limit_remaining: 1, limit_reset: null, usage: 0, usage_daily: 0, ...fields };
}

function configOf(rules: WatchRule[], more: Partial<WatchConfig> = {}): WatchConfig {
  return { rules, disable: true, mayDisable: () => true, atMost: 3, ...more };
}

let state: WatchState;
beforeEach(() => {
  state = emptyWatchState();
});

/** Reads the keys at a time in minutes after noon; returns the events as short texts, and what is disabled. */
function read(minutes: number, keys: AccountKey[], config: WatchConfig, credit?: number) {
  const step = stepWatch(state, { at: NOON + minutes * MINUTE, keys, credit }, config);
  for (const told of step.disable) noteActed(state, told);
  return [...step.events.map(textOf), ...step.disable.map(({ key }) => `disable ${key.hash}`)];
}

function textOf(event: WatchEvent): string {
  if (event.event === 'withheld') return `withheld ${event.count} of at most ${event.atMost}`;
  if (event.event === 'not_known') return `not known ${event.hashes.join(',')}`;
  return `${event.event} ${ruleId(event.rule)} ${event.key?.hash ?? 'all'} ${event.value}`;
}

describe('what was spent of a limit', () => {
  const a = (usage: number, more: Partial<AccountKey> = {}) => [keyOf('a', { usage, ...more })];

  test('is told and acted on at once, and once', () => {
    const config = configOf([OVER_80]);
    expect(read(0, a(0.8), config)).toEqual([]);
    expect(read(1, a(0.81), config)).toEqual(['notice over:80% a 0.81', 'disable a']);
    expect(read(2, a(0.9), config)).toEqual([]);
  });

  test('is told again after it fell well below, not when it swings around the threshold', () => {
    const config = configOf([OVER_80], { disable: false });
    expect(read(0, a(0.85), config)).toEqual(['notice over:80% a 0.85']);
    expect(read(1, a(0.75), config)).toEqual([]);
    expect(read(2, a(0.85), config)).toEqual([]);
    expect(read(3, a(0.7), config)).toEqual(['cleared over:80% a 0.7']);
    expect(read(4, a(0.85), config)).toEqual(['notice over:80% a 0.85']);
  });

  test('is judged anew when the limit is raised', () => {
    const config = configOf([OVER_80], { disable: false });
    read(0, a(0.85), config);
    expect(read(1, a(0.85, { limit: 1.05 }), config)).toEqual(['notice over:80% a 0.85']);
    expect(read(2, a(0.85, { limit: 1.1 }), config)).toEqual(['cleared over:80% a 0.85']);
  });

  test('is judged anew when the limit starts again at midnight', () => {
    const daily = (left: number) => a(40, { limit_reset: 'daily', limit_remaining: left, usage_daily: 1 - left });
    const config = configOf([OVER_80], { disable: false });
    expect(read(0, daily(0.1), config)).toEqual(['notice over:80% a 0.9']);
    expect(read(12 * 60, daily(0.1), config)).toEqual(['notice over:80% a 0.9']);
    expect(read(24 * 60, daily(1), config)).toEqual(['cleared over:80% a 0']);
  });

  test('is not known where a field is missing: the spending of a life is never taken for that of a window', () => {
    const config = configOf([OVER_80]);
    const daily = { limit_reset: 'daily', limit_remaining: undefined, usage_daily: undefined } as const;
    expect(read(0, a(40, daily), config)).toEqual(['not known a']);
    expect(read(1, [keyOf('a', { usage: undefined })], config)).toEqual(['not known a']);
    expect(read(2, [keyOf('a', { usage: 5, limit: undefined })], config)).toEqual(['not known a']);
  });

  test('does not matter for a key without a limit, unless it is an amount', () => {
    expect(read(0, a(100, { limit: null }), configOf([OVER_80]))).toEqual([]);
    expect(read(1, a(100, { limit: null }), configOf([over('$50')]))).toEqual(['notice over:50 a 100', 'disable a']);
  });
});

describe('what was spent in an hour', () => {
  const a = (usage: number) => [keyOf('a', { usage, limit: null })];
  const config = configOf([PER_HOUR]);

  test('needs a second look', () => {
    expect(read(0, a(1), config)).toEqual([]);
    expect(read(1, a(1.6), config)).toEqual(['seen per_hour:0.5 a 0.6']);
    expect(read(2, a(1.7), config)).toEqual(['notice per_hour:0.5 a 0.7', 'disable a']);
  });

  test('is forgotten when an hour has passed', () => {
    read(0, a(1), config);
    read(1, a(1.4), config);
    expect(read(30, a(1.4), config)).toEqual([]);
    expect(read(61, a(1.5), config)).toEqual([]);
    expect(read(90, a(1.95), config)).toEqual(['seen per_hour:0.5 a 0.55']);
    expect(read(122, a(1.95), config)).toEqual([]);
  });

  test('is counted anew after a gap of more than an hour: nobody knows when it was spent', () => {
    read(0, a(1), config);
    expect(read(61, a(3), config)).toEqual([]);
    expect(read(62, a(3.1), config)).toEqual([]);
  });

  test('is counted over the real time after a shorter gap', () => {
    read(0, a(1), config);
    expect(read(50, a(2), config)).toEqual(['seen per_hour:0.5 a 1']);
    // 35 of the 50 minutes are left in the hour
    expect(read(75, a(2), config)).toEqual(['notice per_hour:0.5 a 0.7', 'disable a']);
  });

  test('is counted anew after the counter fell', () => {
    read(0, a(1), config);
    read(1, a(0.2), config);
    expect(read(2, a(0.6), config)).toEqual([]);
    expect(read(3, a(0.75), config)).toEqual(['seen per_hour:0.5 a 0.55']);
  });

  test('is not judged on a reading that is older than the last one', () => {
    read(10, a(1), config);
    expect(read(5, a(9), config)).toEqual([]);
    expect(read(10, a(9), config)).toEqual([]);
    expect(read(11, a(1.1), config)).toEqual([]);
  });
});

describe('what all spent together', () => {
  const config = configOf([{ rule: 'total_over', usd: 10 }], { atMost: 1 });
  const both = (one: number, other: number, more: Partial<AccountKey> = {}) => [
    keyOf('a', { usage: one, limit: null }),
    keyOf('b', { usage: other, limit: null, ...more }),
  ];

  test('disables all of them, however many may go at once', () => {
    expect(read(0, both(5, 5), config)).toEqual([]);
    expect(read(1, both(5, 5.1), config)).toEqual(['notice total_over:10 all 10.1', 'disable a', 'disable b']);
  });

  test('does not disable a key again that somebody enabled', () => {
    read(0, both(5, 5.1), config);
    expect(read(1, both(5, 5.2), config)).toEqual([]);
  });

  test('disables a key that could not be disabled the first time', () => {
    const step = stepWatch(state, { at: NOON, keys: both(5, 5.1) }, config);
    const [first] = step.disable;
    if (first) noteActed(state, first);
    expect(read(1, both(5, 5.1), config)).toEqual(['disable b']);
  });
});

test('credit that runs low is told, and disables nobody', () => {
  const config = configOf([{ rule: 'credit_under', usd: 20 }]);
  const keys = [keyOf('a', { usage: 5 })];
  expect(read(0, keys, config, 25)).toEqual([]);
  expect(read(1, keys, config, 19)).toEqual(['notice credit_under:20 all 19']);
  expect(read(2, keys, config, 21)).toEqual([]);
  expect(read(3, keys, config, 23)).toEqual(['cleared credit_under:20 all 23']);
  expect(read(4, keys, config, undefined)).toEqual([]);
});

test('more keys than may go at once are told, and none is disabled', () => {
  const keys = ['a', 'b', 'c', 'd'].map((hash) => keyOf(hash, { usage: 2 }));
  const events = read(0, keys, configOf([OVER_80]));
  expect(events.filter((text) => text.startsWith('notice'))).toHaveLength(4);
  expect(events.at(-1)).toBe('withheld 4 of at most 3');
  expect(read(1, keys.slice(0, 3), configOf([OVER_80]))).toEqual(['disable a', 'disable b', 'disable c']);
});

test('a key that is disabled, expired, or not to be touched stays as it is', () => {
  const keys = [
    keyOf('a', { usage: 2, disabled: true }),
    keyOf('b', { usage: 2, expires_at: '2026-03-02T11:00:00Z' }),
    keyOf('c', { usage: 2 }),
  ];
  const config = configOf([OVER_80], { mayDisable: (hash) => hash !== 'c' });
  expect(read(0, keys, config)).toEqual(['off_already over:80% a 2', 'notice over:80% c 2']);
});

test('a key that was disabled elsewhere is told once, and is left alone once somebody enabled it', () => {
  const config = configOf([OVER_80, { rule: 'unusual' }, { rule: 'per_hour', usd: 5 }]);
  const off = { usage: 0.9, disabled: true };
  expect(read(0, [keyOf('a', { usage: 0.7 })], config)).toEqual([]);
  expect(read(1, [keyOf('a', off)], config)).toEqual(['off_already over:80% a 0.9']);
  expect(read(2, [keyOf('a', off)], config)).toEqual([]);
  expect(read(3, [keyOf('a', { usage: 0.95 })], config)).toEqual([]);
  // A higher limit is a new start.
  expect(read(4, [keyOf('a', { usage: 1.95, limit: 2 })], config)).toEqual(['notice over:80% a 1.95', 'disable a']);
});

test('a cap over all leaves alone who was off when it was crossed, and was enabled since', () => {
  const config = configOf([{ rule: 'total_over', usd: 1 }]);
  const b = keyOf('b', { usage: 0.1 });
  expect(read(0, [keyOf('a', { usage: 0.8, disabled: true }), b], config)).toEqual([]);
  expect(read(1, [keyOf('a', { usage: 0.8 }), b], config)).toEqual([]);
  expect(read(2, [keyOf('a', { usage: 1, disabled: true }), b], config)).toEqual([
    'notice total_over:1 all 1.1',
    'off_already total_over:1 a 1.1',
    'disable b',
  ]);
  expect(read(3, [keyOf('a', { usage: 1.05 }), { ...b, disabled: true }], config)).toEqual([]);
});

test('a key that somebody enabled again is not disabled a second time in the same window', () => {
  const config = configOf([OVER_80]);
  expect(read(0, [keyOf('a', { usage: 0.9 })], config)).toEqual(['notice over:80% a 0.9', 'disable a']);
  expect(read(1, [keyOf('a', { usage: 0.9, disabled: true })], config)).toEqual([]);
  expect(read(2, [keyOf('a', { usage: 0.95 })], config)).toEqual([]);
});

test('deleted keys are forgotten', () => {
  read(0, [keyOf('a'), keyOf('b')], configOf([PER_HOUR]));
  read(1, [keyOf('b')], configOf([PER_HOUR]));
  expect([...state.samples.keys()]).toEqual(['b']);
});

/** What a key costs from one reading to the next: mostly little, sometimes much, sometimes the service takes it back. */
const spending = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 1, arbitrary: fc.integer({ min: 30, max: 90 }) },
  { weight: 1, arbitrary: fc.constant(-100) },
);
const reading = fc.record({
  /** minutes since the reading before; lost answers make it long */
  minutes: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 5 }) },
    { weight: 2, arbitrary: fc.integer({ min: 10, max: 90 }) },
    { weight: 1, arbitrary: fc.integer({ min: -5, max: 0 }) },
  ),
  cents: fc.tuple(spending, spending, spending),
  missing: fc.oneof(
    { weight: 12, arbitrary: fc.constant(-1) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 }) },
  ),
  /** what somebody else does to the first key */
  touch: fc.constantFrom('nothing', 'nothing', 'nothing', 'enable', 'disable', 'raise'),
});
const RULES: WatchRule[] = [PER_HOUR, OVER_80, { rule: 'total_over', usd: 6 }];
const runs = Number(process.env.ORKEYS_FAULTS === 'long' ? 20_000 : 400);

test('over any sequence of readings: told once a window, and never acts without the reason, the right or the number', () => {
  fc.assert(
    fc.property(
      fc.array(reading, { minLength: 5, maxLength: 60 }),
      fc.integer({ min: 1, max: 3 }),
      (readings, atMost) => {
        const state = emptyWatchState();
        const config = configOf(RULES, { atMost, mayDisable: (hash) => hash !== 'c' });
        const keys = ['a', 'b', 'c'].map((hash) => ({
          ...keyOf(hash, { limit: 2 }),
          cents: 0,
          before: undefined as number | undefined,
        }));
        const told = new Map<string, string>();
        let at = NOON;
        let newest = Number.NEGATIVE_INFINITY;
        let history: { at: number; cents: number[] }[] = [];
        for (const { minutes, cents, missing, touch } of readings) {
          at += minutes * MINUTE;
          const [first] = keys;
          if (first && touch !== 'nothing') {
            if (touch === 'raise') first.limit = (first.limit ?? 0) + 1;
            else first.disabled = touch === 'disable';
          }
          for (const [index, key] of keys.entries()) {
            key.cents = Math.max(0, key.cents + (cents[index] ?? 0));
            if (index === missing) delete key.usage;
            else key.usage = key.cents / 100;
          }
          const step = stepWatch(state, { at, keys }, config);
          if (at <= newest) {
            expect(step).toEqual({ events: [], disable: [], withheld: [], crossed: [] });
            continue;
          }
          const isGap = at - newest > HOUR;
          newest = at;
          if (isGap) history = [];
          history.push({ at, cents: keys.map(({ usage, cents }) => (usage === undefined ? Number.NaN : cents)) });

          for (const event of step.events) {
            if (event.event !== 'notice' && event.event !== 'cleared') continue;
            const id = `${ruleId(event.rule)} ${event.key?.hash}`;
            if (event.event === 'cleared') told.delete(id);
            else {
              expect(told.get(id), id).not.toBe(event.window);
              told.set(id, event.window);
            }
          }
          const total = keys.reduce((sum, { usage = 0 }) => sum + usage, 0);
          const isAll = step.disable.some(({ rule }) => rule.rule === 'total_over');
          if (!isAll) expect(step.disable.length).toBeLessThanOrEqual(atMost);
          for (const disabled of step.disable) {
            const { key, rule } = disabled;
            expect(key.hash).not.toBe('c');
            expect(key.disabled === true).toBe(false);
            if (rule.rule === 'total_over') expect(total).toBeGreaterThan(6);
            if (rule.rule === 'over') expect(key.usage).toBeGreaterThan((key.limit ?? 0) * 0.8);
            if (rule.rule === 'per_hour') {
              const index = keys.findIndex(({ hash }) => hash === key.hash);
              expect(mostInAnHour(history, index), 'two looks').toBeGreaterThan(0.5);
            }
            noteActed(state, disabled);
            const own = keys.find(({ hash }) => hash === key.hash);
            if (own) own.disabled = true;
          }
        }
      },
    ),
    { numRuns: runs },
  );
});

/** An upper bound in USD from all readings: what a key spent between the last reading before the hour and now. */
function mostInAnHour(history: readonly { at: number; cents: number[] }[], index: number): number {
  const values = history.map(({ at, cents }) => ({ at, cents: cents[index] ?? 0 }));
  const last = values.at(-1);
  if (!last) return 0;
  const from = Math.max(
    0,
    values.findLastIndex(({ at }) => at <= last.at - HOUR),
  );
  return (
    values
      .slice(from + 1)
      .reduce((sum, { cents }, at) => sum + Math.max(0, cents - (values[from + at]?.cents ?? 0) || 0), 0) / 100
  );
}
