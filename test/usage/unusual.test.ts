import { expect, test } from 'vitest';
import { findUnusual, type Spending } from '../../src/usage/unusual.ts';

function spending(cost: number | null, newest: number | null = null, before: number[] = []): Spending {
  return { cost, newest, before };
}

/** $0.10, $0.20, … of people who spent, and as many who did not */
function usual(count: number): Spending[] {
  return Array.from({ length: count }, (_, at) => [spending((at + 1) / 10), spending(0)]).flat();
}

test('who spent far more than the others, with the middle of those who spent', () => {
  const { found, tooFew } = findUnusual([...usual(9), spending(40)]);
  expect(tooFew).toBe(false);
  expect(found.flat()).toEqual([{ code: 'unusual_class', cost: 40, compared_with: 0.55, count: 10 }]);
  expect(found.at(-1)).toHaveLength(1);
});

test('what is usual, idle, not known or a few cents is not told', () => {
  const cents = Array.from({ length: 20 }, (_, at) => spending((at + 1) / 100_000));
  expect(findUnusual([...usual(12), spending(null), spending(2.5)]).found.flat()).toEqual([]);
  expect(findUnusual([...cents, spending(0.2)]).found.flat()).toEqual([]);
});

test('three robust standard deviations above the middle is where unusual begins', () => {
  // Evenly spread on a logarithmic scale, around $1.
  const spread = Array.from({ length: 21 }, (_, at) => spending(10 ** ((at - 10) / 20)));
  const notices = (cost: number) => findUnusual([...spread, spending(cost)]).found.flat().length;
  expect([8, 12, 18].map(notices)).toEqual([0, 0, 1]);
});

test('less than others is never unusual', () => {
  const rich = Array.from({ length: 12 }, () => spending(100));
  expect(findUnusual([...rich, spending(0.26)]).found.flat()).toEqual([]);
});

test('fewer than 8 people who spent are too few to compare', () => {
  const few = [...usual(6), spending(400)];
  expect(findUnusual(few)).toEqual({ found: few.map(() => []), tooFew: true });
  expect(findUnusual([...usual(7), spending(400)]).found.flat()).toHaveLength(1);
});

test('where most spent the same, the mean deviation tells who did not', () => {
  const same = Array.from({ length: 20 }, () => spending(1));
  expect(findUnusual([...same, spending(50)]).found.flat()).toMatchObject([{ cost: 50, compared_with: 1 }]);
  expect(findUnusual([...same, spending(1)]).found.flat()).toEqual([]);
});

test.each<[string, Spending, number]>([
  ['five times the own highest day', spending(1, 1, [0.2, 0.1, 0.2]), 1],
  ['less than that', spending(1, 0.99, [0.2, 0.1, 0.2]), 0],
  ['two active days are no history', spending(9, 9, [0.2, 0, 0.2, 0]), 0],
  ['a few cents', spending(1, 0.24, [0.01, 0.01, 0.01]), 0],
  ['not known', spending(null, null, [0.1, 0.1, 0.1]), 0],
])('own history: %s', (_, one, notices) => {
  expect(findUnusual([one]).found.flat()).toHaveLength(notices);
});
