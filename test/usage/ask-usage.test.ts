import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UsageAnswer, UsageQuery, UsageRow } from '../../src/keys/usage-api.ts';
import { type AskedKey, askUsage, keysAtOnce } from '../../src/usage/ask-usage.ts';
import { daysOf } from '../../src/usage/period.ts';

const WEEK = { since: '2026-03-02', until: '2026-03-08', finalUntil: '2026-03-05' };
const DAYS = daysOf(WEEK);

function keys(count: number): AskedKey[] {
  return Array.from({ length: count }, (_, at) => ({ hash: `h${at}`, name: `BOOK_${at}` }));
}

function row(key: string, day: string, more: Partial<UsageRow> = {}): UsageRow {
  const tokens = { tokens_prompt: 1, tokens_completion: 2, tokens_reasoning: 0 };
  return { key, day, model: 'a/b', cost: 0.1, byok_cost: 0, requests: 1, ...tokens, ...more };
}

/** A service that has one row for each key and day. */
function answer({ hashes, since, until }: UsageQuery): Extract<UsageAnswer, { result: 'rows' }> {
  const rows = hashes.flatMap((hash) => daysOf({ since, until }).map((day) => row(`BOOK_${hash.slice(1)}`, day)));
  return { result: 'rows', rows, truncated: false, unknownHashes: [] };
}

async function ask(asked: AskedKey[], service: (query: UsageQuery) => UsageAnswer, names = asked, again = names) {
  const queries: UsageQuery[] = [];
  const counted = await askUsage([{ ...WEEK, keys: asked }], {
    ask: async (query) => {
      queries.push(query);
      return service(query);
    },
    names,
    listAgain: async () => again,
    parallel: 3,
  });
  return { ...counted, queries };
}

test('a class of 54 and a week take one query; 10,000 keys take 57', async () => {
  expect((await ask(keys(54), answer)).queries).toHaveLength(1);
  const { queries, days } = await ask(keys(10_000), answer);
  expect(queries).toHaveLength(57);
  expect(days.size).toBe(10_000);
  expect(keysAtOnce('2026-03-02', '2026-03-02')).toBe(500);
});

test('whatever is truncated or too large, every key and day is counted once or not known', async () => {
  const failing = fc.oneof(
    fc.record({ most: fc.integer({ min: 1, max: 60 }), how: fc.constantFrom('truncated', 'too_large', 'bad_request') }),
    fc.record({
      never: fc.uniqueArray(fc.tuple(fc.nat(20), fc.constantFrom(...DAYS)), { maxLength: 8 }),
      how: fc.constantFrom('truncated', 'too_large', 'bad_request'),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 21 }), failing, async (count, failure) => {
      const never = 'never' in failure ? failure.never.map(([key, day]) => `h${key} ${day}`) : [];
      const taken: string[] = [];
      const { days, notOffered, queries } = await ask(keys(count), (query) => {
        const cells = query.hashes.flatMap((hash) => daysOf(query).map((day) => `${hash} ${day}`));
        const fails = 'most' in failure ? cells.length > failure.most : cells.some((cell) => never.includes(cell));
        if (!fails) {
          taken.push(...cells);
          return answer(query);
        }
        if (failure.how === 'truncated') return { ...answer(query), truncated: true };
        return { result: failure.how as 'too_large' | 'bad_request', reason: 'no' };
      });
      expect(new Set(taken).size).toBe(taken.length);
      const known = [...days].flatMap(([hash, each]) =>
        [...each].map(([day, { rows }]) => `${hash} ${day} ${rows.length}`),
      );
      expect(known.sort()).toEqual(taken.map((cell) => `${cell} 1`).sort());
      if (notOffered === undefined) {
        const all = keys(count).flatMap(({ hash }) => DAYS.map((day) => `${hash} ${day}`));
        expect(all.filter((cell) => !taken.includes(cell)).every((cell) => never.includes(cell))).toBe(true);
      }
      expect(queries.length).toBeLessThan(2 * count * DAYS.length + 2);
    }),
    { numRuns: 60 },
  );
});

test('a service that answers nothing at all is given up after a few queries', async () => {
  const { notOffered, queries, days } = await ask(keys(54), () => ({ result: 'too_large', reason: 'Timeout' }));
  expect(notOffered).toBe('Timeout');
  expect(days.size).toBe(0);
  expect(queries.length).toBeLessThan(15);
});

test('after a 400, the metrics that come and go are left out, in all later queries too', async () => {
  const { queries, days } = await ask(keys(400), (query) =>
    query.essentialOnly ? answer(query) : { result: 'bad_request', reason: 'byok_usage' },
  );
  expect(days.size).toBe(400);
  expect(queries.at(-1)?.essentialOnly).toBe(true);
  expect(queries.filter(({ essentialOnly }) => !essentialOnly).length).toBeLessThanOrEqual(3);
});

test('keys with the same name are asked one by one, and each gets what is its own', async () => {
  const asked = [...keys(3), { hash: 'x1', name: 'same' }, { hash: 'x2', name: 'same' }];
  const { queries, days, unmatched } = await ask(asked, (query) =>
    query.hashes[0]?.startsWith('x')
      ? { ...answer(query), rows: [row('same', WEEK.since, { cost: query.hashes[0] === 'x1' ? 1 : 2 })] }
      : answer(query),
  );
  expect(queries.map(({ hashes }) => hashes.length).sort()).toEqual([1, 1, 3]);
  const cost = (hash: string) => days.get(hash)?.get(WEEK.since)?.rows[0]?.cost;
  expect([cost('x1'), cost('x2')]).toEqual([1, 2]);
  expect(unmatched).toEqual([]);
});

test('a name that another key of the account has too is never taken for the one that was asked for', async () => {
  const asked = keys(2);
  const names = [...asked, { hash: 'other', name: 'BOOK_0' }];
  const { queries } = await ask(asked, answer, names);
  expect(queries.map(({ hashes }) => hashes)).toEqual(expect.arrayContaining([['h0'], ['h1']]));
});

test('a key that was renamed meanwhile is found by listing once more', async () => {
  const asked = keys(2);
  const renamed = [asked[0] as AskedKey, { hash: 'h1', name: 'new name' }];
  const { days, unmatched } = await ask(
    asked,
    (query) => ({ ...answer(query), rows: [row('new name', WEEK.since)] }),
    asked,
    renamed,
  );
  expect(days.get('h1')?.get(WEEK.since)?.rows).toHaveLength(1);
  expect(unmatched).toEqual([]);
});

test('rows of nobody are told, never guessed, and what came with them is asked again', async () => {
  const { days, unmatched } = await ask(keys(2), (query) => {
    const found = answer(query);
    return { ...found, rows: [...found.rows, row('stranger', WEEK.since), row('stranger', WEEK.until)] };
  });
  expect(unmatched).toEqual(['stranger']);
  expect([...(days.get('h0')?.values() ?? [])].every(({ final }) => !final)).toBe(true);
});

test('keys that the service does not know are not known, the others are', async () => {
  const { days } = await ask(keys(3), (query) => ({ ...answer(query), unknownHashes: ['h1'] }));
  expect([...days.keys()].sort()).toEqual(['h0', 'h2']);
});

test('a key without rows spent nothing; days up to the last final one are final', async () => {
  const { days } = await ask(keys(1), (query) => ({ ...answer(query), rows: [] }));
  const counts = [...(days.get('h0') ?? [])];
  expect(counts.map(([day]) => day)).toEqual(DAYS);
  expect(counts.every(([, { rows }]) => rows.length === 0)).toBe(true);
  expect(counts.map(([, { final }]) => final)).toEqual([true, true, true, true, false, false, false]);
});

test('rows of one model are added up, and an amount that nobody told stays not known', async () => {
  const { days } = await ask(keys(1), (query) => ({
    ...answer(query),
    rows: [
      row('BOOK_0', '2026-03-02', { cost: 0.1 }),
      row('BOOK_0', '2026-03-02', { cost: 0.2 }),
      row('BOOK_0', '2026-03-03', { cost: undefined }),
      row('BOOK_0', '2026-03-03', { requests: undefined }),
    ],
  }));
  const counted = (day: string) => days.get('h0')?.get(day)?.rows[0];
  expect(counted('2026-03-02')).toMatchObject({ cost: 0.3, requests: 2, tokens_prompt: 2 });
  expect(counted('2026-03-03')).toMatchObject({ cost: null, requests: null });
});

test('an account without analytics is asked once', async () => {
  const { queries, notOffered } = await ask(keys(54), () => ({ result: 'not_offered', reason: 'Forbidden' }));
  expect(queries).toHaveLength(1);
  expect(notOffered).toBe('Forbidden');
});
