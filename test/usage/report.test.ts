import { expect, test } from 'vitest';
import { buildReport, type ReportInput } from '../../src/usage/build-report.ts';
import { maskReport } from '../../src/usage/mask-report.ts';
import { planAsking } from '../../src/usage/plan-asking.ts';
import type { Spender, SpenderKey } from '../../src/usage/spenders.ts';
import type { DayCount } from '../../src/usage/usage-history.ts';
import { usageRows } from '../../src/usage/usage-rows.ts';

const NOW = new Date('2026-03-05T12:00:00Z');
const PERIOD = { since: '2026-03-02', until: '2026-03-08', time_zone: 'UTC', over: false } as const;
const PAST = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'];

function key(hash: string, more: Partial<SpenderKey> = {}): SpenderKey {
  const own = { hash, name: `BOOK_${hash}`, label: null, deleted: false, firstDay: undefined, lastDay: undefined };
  return { ...own, last: { limit: 2, limit_remaining: 1 }, ...more };
}

function person(row: number, name: string, keys: SpenderKey[]): Spender {
  const participant = { row, rows: [row], name, surname: 'X', emails: [`${name}@example.org`] };
  return { participant, person: `tag${row}`, keys };
}

function counted(cost: number | null, requests: number | null = 1, model = 'a/b'): DayCount {
  const tokens = { tokens_prompt: 1, tokens_completion: 1, tokens_reasoning: 0 };
  return { final: true, source: 'analytics', rows: [{ model, cost, requests, byok_cost: 0, ...tokens }] };
}

const NOTHING: DayCount = { final: true, source: 'analytics', rows: [] };

function report(spenders: Spender[], days: Record<string, DayCount | undefined>, more: Partial<ReportInput> = {}) {
  return buildReport({
    ...{ prefix: 'BOOK', sandbox: false, asOf: NOW, source: 'analytics', period: PERIOD, spenders, others: [] },
    counted: (hash, day) => (`${hash} ${day}` in days ? days[`${hash} ${day}`] : NOTHING),
    ...{ unmatched: [], listed: true, creditLeft: null, tierOf: () => null, notes: [] },
    ...more,
  });
}

test('keys of a person add up, exactly', () => {
  const { people, totals, days, complete } = report([person(2, 'a', [key('x'), key('y', { deleted: true })])], {
    'x 2026-03-03': counted(0.1),
    'y 2026-03-03': counted(0.2, 2),
    'y 2026-03-04': counted(0.3, 1, 'c/d'),
  });
  expect(complete).toBe(true);
  expect(people).toMatchObject([{ cost: 0.6, requests: 4, models: [{ model: 'a/b', cost: 0.3 }, { model: 'c/d' }] }]);
  expect(totals).toMatchObject({ cost: 0.6, requests: 4, count: 1, active: 1, limit: 2, limit_remaining: 1 });
  expect(days.map(({ cost }) => cost)).toEqual([0, 0.3, 0.3, 0, 0, 0, 0]);
});

test('one day that is not known makes a person not known, and the total at least what is', () => {
  const spenders = [person(2, 'a', [key('x')]), person(3, 'b', [key('y')])];
  const found = report(spenders, {
    'x 2026-03-03': counted(0.1),
    'y 2026-03-03': counted(0.5),
    'y 2026-03-04': undefined,
  });
  expect(found.complete).toBe(false);
  expect(found.people.map(({ participant, cost, requests }) => [participant?.name, cost, requests])).toEqual([
    ['a', 0.1, 1],
    ['b', null, null],
  ]);
  expect(found.totals).toMatchObject({ cost: 0.6, requests: 2, tokens_prompt: 2, active: 2, reported_by_keys: null });
  expect(usageRows(found).map((row) => row.at(-1))).toEqual(['active', 'not_known']);
});

test('an amount that the service did not tell is not known, its requests are', () => {
  const [one] = report([person(2, 'a', [key('x')])], { 'x 2026-03-03': counted(null, 3) }).people;
  expect(one).toMatchObject({ cost: null, requests: 3 });
});

test('days before a key was created, after it was deleted and in the future need no answer; one that there is counts', () => {
  const spender = person(2, 'a', [key('x', { deleted: true, firstDay: '2026-03-03', lastDay: '2026-03-04' })]);
  const unknown = Object.fromEntries(['2026-03-02', '2026-03-05', '2026-03-06'].map((day) => [`x ${day}`, undefined]));
  expect(report([spender], unknown)).toMatchObject({ complete: true, people: [{ cost: 0, status: 'deleted' }] });
  const early = { 'x 2026-03-02': counted(0.1) };
  expect(report([spender], early).people).toMatchObject([{ cost: 0.1 }]);
});

test('the counters of the keys are compared where they cover the period; deleted keys stand as they were counted', () => {
  const spenders = [
    person(2, 'a', [
      key('x', { last: { usage_weekly: 0.3, byok_usage_weekly: 0.1, usage: 9 } }),
      key('y', { deleted: true, last: undefined }),
    ]),
  ];
  const days = { 'x 2026-03-03': counted(0.25), 'y 2026-03-03': counted(1) };
  expect(report(spenders, days).totals).toMatchObject({ cost: 1.25, reported_by_keys: 1.4 });
  const other = { ...PERIOD, since: '2026-03-03' };
  expect(report(spenders, days, { period: other }).totals.reported_by_keys).toBeNull();
  const young = [person(2, 'a', [key('x', { last: { usage: 0.7, created_at: '2026-03-03T01:00:00Z' } })])];
  expect(report(young, days, { period: other }).totals.reported_by_keys).toBe(0.7);
});

test('without days, the counters are the costs, and requests are not known', () => {
  const unknown = Object.fromEntries(PAST.map((day) => [`x ${day}`, undefined]));
  const spenders = [person(2, 'a', [key('x', { last: { usage_weekly: 0.4, limit: null } })])];
  const found = report(spenders, unknown, { source: 'keys' });
  expect(found.people).toMatchObject([{ cost: 0.4, requests: null, limit: null }]);
  expect(found.totals).toMatchObject({ cost: 0.4, requests: null, unlimited: 1 });
  expect(found.complete).toBe(false);
});

test('who spent most comes first, then what is not known, then nothing in the order of the roster', () => {
  const spenders = ['a', 'b', 'c', 'd'].map((name, at) => person(at + 2, name, [key(name)]));
  const days = { 'c 2026-03-03': counted(0.1), 'd 2026-03-03': undefined };
  expect(report(spenders, days).people.map(({ participant }) => participant?.name)).toEqual(['c', 'd', 'a', 'b']);
});

test('masked: numbers in the order of the roster, in notices and notes too', () => {
  const many = Array.from({ length: 12 }, (_, at) => person(at + 2, `name${at}`, [key(`k${at}`)]));
  const days = Object.fromEntries(many.map((_, at) => [`k${at} 2026-03-03`, counted(at === 5 ? 90 : 0.1)]));
  const notes = ['BOOK_k3 was renamed; see name4@example.org'];
  const found = maskReport(report(many, days, { notes, unmatched: ['BOOK_secret'] }));
  expect(found.people[0]?.participant).toEqual({ row: 6, rows: [6], name: 'person 06', surname: '', emails: [] });
  expect(found.notices[0]?.participant?.name).toBe('person 06');
  expect(found.notes).toContain('person 04 was renamed; see person 05');
  expect(JSON.stringify(found)).not.toMatch(/name\d|BOOK_|example\.org|"k\d/);
});

test('what has to be asked: all keys from the first day that is not final; deleted keys only while they lived', () => {
  const spenders = [
    person(2, 'a', [key('old')]),
    person(3, 'b', [key('new', { firstDay: '2026-03-04' })]),
    person(4, 'c', [key('gone', { deleted: true, lastDay: '2026-02-28' })]),
    person(5, 'd', [key('recorded', { deleted: true, lastDay: '2026-03-02' })]),
  ];
  const final = (hash: string, day: string) =>
    (hash === 'old' && day === '2026-03-02') || hash === 'recorded' ? NOTHING : undefined;
  expect(planAsking(spenders, PERIOD, '2026-03-05', final)).toMatchObject([
    {
      ...{ since: '2026-03-02', until: '2026-03-05', finalUntil: '2026-03-02', rowsSince: '2026-03-02' },
      keys: [{ hash: 'new' }, { hash: 'old' }],
    },
  ]);
});

test('many keys that need fewer days are asked for on their own, and new keys in larger parts', () => {
  const keys = Array.from({ length: 900 }, (_, at) => key(`k${at}`, { firstDay: '2026-03-05' }));
  const final = (hash: string, day: string) =>
    Number(hash.slice(1)) >= 100 && day < '2026-03-04' ? NOTHING : undefined;
  const wishes = planAsking([{ participant: null, person: null, keys }], PERIOD, '2026-03-05', final);
  expect(wishes.map(({ since, rowsSince, keys: asked }) => [since, rowsSince, asked.length])).toEqual([
    ['2026-03-02', '2026-03-05', 100],
    ['2026-03-04', '2026-03-05', 800],
  ]);
});
