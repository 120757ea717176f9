import { expect, test } from 'vitest';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { bookOf } from './book-of.ts';

type Case = [what: string, heading: string, values: string[], limits: (number | undefined)[], told: string[]];

const CASES: Case[] = [
  [
    'budgets of projects',
    'Budget',
    ['1000', '25 000', '$1,500.00'],
    [undefined, undefined, undefined],
    ['unlikely_limits'],
  ],
  ['phone numbers', 'Budžets', ['29123456', '+371 2912', '5'], [undefined, undefined, undefined], ['unlikely_limits']],
  ['small budgets', 'Budget', ['1', '500', '2.50'], [1, 500, 2.5], ['high_limit']],
  [
    'a column that says limit',
    'Limit',
    ['200', '200', '200'],
    [200, 200, 200],
    ['high_limit', 'high_limit', 'high_limit'],
  ],
];

test.each(CASES)('%s', (_, heading, values, limits, told) => {
  const rows = values.map((value, at) => [`p${at}@example.org`, `Name${'abc'[at]}`, value]);
  const roster = parseRoster(bookOf([['E-mail', 'First name', heading], ...rows]), { now: new Date('2026-01-20') });
  expect(roster.problems).toEqual([]);
  expect(roster.participants.map(({ limit }) => limit)).toEqual(limits);
  expect(roster.notices.map(({ code }) => code)).toEqual(told);
});

test('amounts count as limits where the user says so', () => {
  const rows = [
    ['E-mail', 'Budget'],
    ['a@example.org', '1000'],
  ];
  const options = { now: new Date('2026-01-20'), columnMap: { limit: ['Budget'] } };
  expect(parseRoster(bookOf(rows), options).participants).toMatchObject([{ limit: 1_000 }]);
});

test('the expiry date of a passport is none of a key, that of a key is', () => {
  const read = (besides: string) => {
    const rows = [
      ['E-mail', besides, 'Expiry date'],
      ['a@example.org', 'X1', '2031-05-01'],
      ['b@example.org', 'X2', '2019-05-01'],
    ];
    const { participants, problems, notices } = parseRoster(bookOf(rows), { now: new Date('2026-01-20') });
    return { people: participants.length, problems: problems.length, told: notices.map(({ code }) => code) };
  };
  expect(read('Passport number')).toEqual({
    people: 2,
    problems: 0,
    told: expect.arrayContaining(['unlikely_expirations']),
  });
  expect(read('Room')).toEqual({ people: 1, problems: 1, told: expect.not.arrayContaining(['unlikely_expirations']) });
});
