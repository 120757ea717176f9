import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayEntries, keysEntry, readingEntry } from '../../src/usage/record-usage.ts';
import { parseUsageEntry, type UsageEntry } from '../../src/usage/usage-entry.ts';
import { type DayCount, emptyHistory, foldUsageEntry, recordedDay } from '../../src/usage/usage-history.ts';

const AT = '2026-03-05T12:00:00Z';
const KEYS = Array.from({ length: 4 }, (_, at) => ({
  hash: `h${at}`,
  name: `BOOK_${at}`,
  person: at < 2 ? 'tag' : null,
}));
const DAYS = ['2026-03-02', '2026-03-03'];

const count = fc.record({
  model: fc.constantFrom('a/b', 'c/d'),
  cost: fc.option(fc.integer({ min: 0, max: 900 }).map((cents) => cents / 100)),
  byok_cost: fc.constant(0),
  requests: fc.option(fc.nat(9)),
  tokens_prompt: fc.nat(9),
  tokens_completion: fc.nat(9),
  tokens_reasoning: fc.nat(9),
});
const dayCount: fc.Arbitrary<DayCount> = fc.record({
  final: fc.boolean(),
  source: fc.constantFrom('analytics' as const, 'activity' as const),
  rows: fc.uniqueArray(count, { maxLength: 2, selector: ({ model }) => model }),
});
const cell = fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(...DAYS), dayCount);

/** As a line of the file says it. */
function read(entry: object): UsageEntry {
  const parsed = parseUsageEntry(JSON.parse(JSON.stringify({ ...entry, at: AT })));
  expect(parsed).toBeDefined();
  return parsed as UsageEntry;
}

function on(day: string, counts: ReadonlyMap<string, DayCount>) {
  return new Map([...counts].map(([hash, count]) => [hash, new Map([[day, count]])]));
}

test('whatever is recorded is read again: the last one wins for each day and key', () => {
  fc.assert(
    fc.property(fc.array(fc.array(cell, { maxLength: 6 }), { maxLength: 5 }), (runs) => {
      const history = emptyHistory();
      const expected = new Map<string, DayCount>();
      for (const run of runs) {
        const asked = [...new Set(run.map(([key]) => key))];
        for (const entry of keysEntry(history, asked)) foldUsageEntry(history, read(entry));
        for (const day of DAYS) {
          const counts = new Map(
            run.flatMap(([{ hash }, when, each]) => (when === day ? [[hash, each] as const] : [])),
          );
          for (const [hash, each] of counts) expected.set(`${hash} ${day}`, each);
          for (const entry of dayEntries(history, on(day, counts))) foldUsageEntry(history, read(entry));
        }
      }
      for (const { hash } of KEYS) {
        for (const day of DAYS) expect(recordedDay(history, hash, day)).toEqual(expected.get(`${hash} ${day}`));
      }
    }),
    { numRuns: 100 },
  );
});

test('what is recorded already adds no line', () => {
  const history = emptyHistory();
  const counts = new Map(KEYS.map(({ hash }) => [hash, { final: true, source: 'analytics' as const, rows: [] }]));
  const [keys] = keysEntry(history, KEYS);
  foldUsageEntry(history, read(keys ?? {}));
  const [day] = dayEntries(history, on('2026-03-02', counts));
  expect(day).toMatchObject({ asked: 'all', rows: [], final: true });
  foldUsageEntry(history, read(day ?? {}));
  expect(keysEntry(history, KEYS)).toEqual([]);
  expect(dayEntries(history, on('2026-03-02', counts))).toEqual([]);
});

test('"all" means the keys that have a number by then, not later ones', () => {
  const history = emptyHistory();
  const counts = new Map([['h0', { final: true, source: 'analytics' as const, rows: [] }]]);
  for (const entry of keysEntry(history, KEYS.slice(0, 1))) foldUsageEntry(history, read(entry));
  for (const entry of dayEntries(history, on('2026-03-02', counts))) foldUsageEntry(history, read(entry));
  for (const entry of keysEntry(history, KEYS)) foldUsageEntry(history, read(entry));
  expect(recordedDay(history, 'h0', '2026-03-02')?.final).toBe(true);
  expect(recordedDay(history, 'h1', '2026-03-02')).toBeUndefined();
});

test('a reading has the keys that changed, and tells an unlimited key from one with an unknown limit', () => {
  const history = emptyHistory();
  for (const entry of keysEntry(history, KEYS)) foldUsageEntry(history, read(entry));
  const keys = [
    { hash: 'h0', name: '', usage: 1, limit: null },
    { hash: 'h1', name: '', usage: 2 },
    { hash: 'stranger', name: '', usage: 3 },
  ];
  const [first] = readingEntry(history, keys);
  expect(first).toEqual({
    type: 'reading',
    rows: [
      [0, 1, null, null, null, null],
      [1, 2, null, '?', null, null],
    ],
  });
  foldUsageEntry(history, read(first ?? {}));
  expect(readingEntry(history, keys)).toEqual([]);
  expect(readingEntry(history, [{ hash: 'h1', name: '', usage: 2.5 }])).toMatchObject([
    { rows: [[1, 2.5, null, '?', null, null]] },
  ]);
});

test.each([
  ['an unknown type', { type: 'song' }],
  [
    'a row that is too short',
    { type: 'day', day: '2026-03-02', final: true, source: 'analytics', models: [], rows: [[0, 0, 1]], asked: [] },
  ],
  [
    'an amount that is text',
    {
      type: 'day',
      day: '2026-03-02',
      final: true,
      source: 'analytics',
      models: ['a'],
      rows: [[0, 0, '1', 0, 1, 0, 0, 0]],
      asked: [],
    },
  ],
  ['no day', { type: 'day', day: 'today', final: true, source: 'analytics', models: [], rows: [], asked: [] }],
  ['a reading of nothing', { type: 'reading', rows: [null] }],
  ['a key without a hash', { type: 'keys', keys: [[0, null, 'x', null]] }],
])('no entry: %s', (_, entry) => {
  expect(parseUsageEntry({ at: AT, ...entry })).toBeUndefined();
});
