import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccountKey } from '../../src/keys/account-key.ts';
import { parseUsageEntry } from '../../src/usage/usage-entry.ts';
import { emptyWatchMemory, foldWatchEntry, type NoticeChange, watchEntries } from '../../src/usage/watch-log.ts';
import type { WatchRule } from '../../src/usage/watch-rules.ts';
import { emptyWatchState, noteActed } from '../../src/usage/watch-state.ts';
import { stepWatch, type WatchReading, type WatchStep } from '../../src/usage/watch-step.ts';

const MINUTE = 60_000;
const NOON = Date.parse('2026-03-02T12:00:00Z');
const SINCE = NOON - MINUTE;
const RULES: WatchRule[] = [
  { rule: 'per_hour', usd: 0.5 },
  { rule: 'over', threshold: { share: 0.8 } },
  { rule: 'total_over', usd: 4 },
  { rule: 'unusual' },
];
const CONFIG = { rules: RULES, disable: true, mayDisable: () => true, atMost: 2, totalSince: SINCE };

const reading = fc.record({
  minutes: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 20, max: 80 })),
  cents: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 70 }), fc.constant(-40)), {
    minLength: 3,
    maxLength: 3,
  }),
  missing: fc.integer({ min: -12, max: 2 }),
  /** the watch ends after this reading, and another one begins */
  ends: fc.boolean(),
});

test('a watch that is started for each reading decides as one that runs on', () => {
  fc.assert(
    fc.property(fc.array(reading, { minLength: 4, maxLength: 40 }), (readings) => {
      const live = emptyWatchState();
      const log: string[] = [];
      let restarted = emptyWatchMemory(SINCE);
      const cents = [0, 0, 0];
      const off = new Set<string>();
      let at = NOON;
      for (const { minutes, cents: more, missing, ends } of readings) {
        at += minutes * MINUTE;
        const keys = ['a', 'b', 'c'].map((hash, index): AccountKey => {
          cents[index] = Math.max(0, (cents[index] ?? 0) + (more[index] ?? 0));
          const usage = index === missing ? undefined : (cents[index] ?? 0) / 100;
          const limit = hash === 'c' ? null : 2;
          return { hash, name: hash, limit, limit_reset: null, usage, usage_daily: usage, disabled: off.has(hash) };
        });
        const now: WatchReading = { at, keys };
        if (ends) {
          restarted = emptyWatchMemory(SINCE);
          for (const line of log) foldWatchEntry(restarted, parsed(line));
        }
        const step = stepWatch(live, now, CONFIG);
        const again = stepWatch(restarted.state, now, CONFIG);
        expect(again).toEqual(step);
        for (const told of step.disable) {
          noteActed(live, told);
          noteActed(restarted.state, told);
          off.add(told.key.hash);
        }
        const recorded = emptyWatchMemory();
        for (const line of log) foldWatchEntry(recorded, parsed(line));
        for (const entry of watchEntries(recorded.history, now, noticesOf(step), () => null)) {
          const line = JSON.stringify({ ...entry, at: new Date(at).toISOString() });
          log.push(line);
          foldWatchEntry(recorded, parsed(line));
        }
      }
    }),
    { numRuns: process.env.ORKEYS_FAULTS === 'long' ? 5_000 : 60 },
  );
});

test('what was spent while OpenRouter did not tell was not spent in the last hour', () => {
  const key: AccountKey = { hash: 'a', name: 'a', limit: null, limit_reset: null, usage: 0.9 };
  const crossedAfter = (counters: (number | null)[]) => {
    const memory = emptyWatchMemory();
    const entry = (minutes: number, fields: object) => {
      const at = new Date(NOON + minutes * MINUTE).toISOString();
      foldWatchEntry(memory, parsed(JSON.stringify({ ...fields, at, watched_at: at })));
    };
    entry(0, { type: 'keys', keys: [[0, 'a', 'a', null]] });
    for (const [minute, usage] of counters.entries()) {
      entry(1 + minute, { type: 'reading', rows: [[0, usage, 0, null, null, false]] });
    }
    const { crossed } = stepWatch(memory.state, { at: NOON + 10 * MINUTE, keys: [key] }, CONFIG);
    return crossed.map(({ rule }) => rule.rule);
  };
  expect(crossedAfter([0.1, 0.2, 0.9])).toEqual(['per_hour']);
  expect(crossedAfter([0.1, null, 0.9])).toEqual([]);
});

test('since a time counts from the last counter before it, whoever recorded that', () => {
  const memory = emptyWatchMemory(NOON);
  const entry = (minutes: number, fields: object) =>
    foldWatchEntry(memory, parsed(JSON.stringify({ ...fields, at: new Date(NOON + minutes * MINUTE).toISOString() })));
  const counters = (usage: number) => ({ type: 'reading', rows: [[0, usage, 0, null, null, false]] });
  entry(-30, { type: 'keys', keys: [[0, 'a', 'a', null]] });
  entry(-20, counters(1));
  entry(-10, counters(1.5));
  // At the very moment: what was spent before it.
  entry(0, counters(1.6));
  entry(10, counters(1.8));
  const key: AccountKey = { hash: 'a', name: 'a', limit: null, limit_reset: null, usage: 2 };
  const step = stepWatch(
    memory.state,
    { at: NOON + 20 * MINUTE, keys: [key] },
    { ...CONFIG, totalSince: NOON, rules: [{ rule: 'total_over', usd: 0.3 }] },
  );
  expect(step.crossed.map(({ value }) => value)).toEqual([0.4]);
});

test('a log of months costs what its lines tell, however many keys are watched', () => {
  const [few, many] = [2, 20_000].map((keys) => {
    const memory = emptyWatchMemory();
    const entry = (minutes: number, fields: object) => {
      const at = new Date(NOON + minutes * MINUTE).toISOString();
      foldWatchEntry(memory, parsed(JSON.stringify({ ...fields, at, watched_at: at })));
    };
    const numbers = Array.from({ length: keys }, (_, n) => n);
    entry(0, { type: 'keys', keys: numbers.map((n) => [n, `h${n}`, `h${n}`, null]) });
    entry(1, { type: 'reading', rows: numbers.map((n) => [n, 1, 0, null, null, false]) });
    const before = process.cpuUsage();
    for (let minute = 2; minute < 500; minute += 1) {
      entry(minute, { type: 'reading', rows: [[minute % keys, 1 + minute / 100, 0, null, null, false]] });
    }
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  expect((many ?? 0) / (few ?? 0)).toBeLessThan(20);
});

function noticesOf(step: WatchStep): NoticeChange[] {
  return [
    ...step.events.flatMap((event): NoticeChange[] => {
      if (event.event === 'cleared') return [{ told: event, state: 'cleared', acted: false }];
      if (event.event === 'off_already') return [{ told: event, state: 'raised', acted: true }];
      return event.event === 'notice' ? [{ told: event, state: 'raised', acted: false }] : [];
    }),
    ...step.disable.map((told): NoticeChange => ({ told, state: 'raised', acted: true })),
  ];
}

function parsed(line: string) {
  const entry = parseUsageEntry(JSON.parse(line));
  if (!entry) throw new Error(`not an entry: ${line}`);
  return entry;
}
