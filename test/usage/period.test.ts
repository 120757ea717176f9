import { expect, test } from 'vitest';
import { daysOf, type PeriodFlags, readPeriod } from '../../src/usage/period.ts';

// A Wednesday.
const NOW = new Date('2026-03-04T22:30:00Z');
const read = (flags: PeriodFlags) => readPeriod(flags, NOW);

test.each<[string, PeriodFlags, string, string, boolean]>([
  ['seven days by default, with today', {}, '2026-02-26', '2026-03-04', false],
  ['--today', { today: true }, '2026-03-04', '2026-03-04', false],
  ['--days 1 is today', { days: '1' }, '2026-03-04', '2026-03-04', false],
  ['--days 365', { days: '365' }, '2025-03-05', '2026-03-04', false],
  ['--week is Monday to Sunday', { week: true }, '2026-03-02', '2026-03-08', false],
  ['--week of a Sunday', { week: '2026-03-01' }, '2026-02-23', '2026-03-01', true],
  ['--week of a Monday', { week: '2026-02-23' }, '2026-02-23', '2026-03-01', true],
  ['--month', { month: true }, '2026-03-01', '2026-03-31', false],
  ['--month of a leap year', { month: '2024-02' }, '2024-02-01', '2024-02-29', true],
  ['--month in December', { month: '2025-12' }, '2025-12-01', '2025-12-31', true],
  ['--since', { since: '2026-03-01' }, '2026-03-01', '2026-03-04', false],
  ['--since and --until', { since: '2026-03-01', until: '2026-03-03' }, '2026-03-01', '2026-03-03', true],
  ['full-width digits', { since: '２０２６-03-01' }, '2026-03-01', '2026-03-04', false],
])('%s', (_, flags, since, until, over) => {
  expect(read(flags)).toEqual({ since, until, time_zone: 'UTC', over });
});

test.each<[string, PeriodFlags, string]>([
  ['no day', { since: 'yesterday' }, 'Invalid --since yesterday: expected a day such as 2026-03-01.'],
  [
    'a day that does not exist',
    { week: '2026-02-30' },
    'Invalid --week 2026-02-30: expected a day such as 2026-03-01.',
  ],
  ['no month', { month: '2026-13' }, 'Invalid --month 2026-13: expected a month such as 2026-03.'],
  ['no number', { days: 'x' }, 'Invalid --days x: expected a whole number from 1 to 365.'],
  ['no days', { days: '0' }, 'Invalid --days 0: expected a whole number from 1 to 365.'],
  ['more than a year', { days: '366' }, 'Invalid --days 366: expected a whole number from 1 to 365.'],
  [
    'more than a year between two days',
    { since: '2025-03-04' },
    'The period has 366 days: OpenRouter keeps usage for 365.',
  ],
  [
    'the end before the start',
    { since: '2026-03-03', until: '2026-03-01' },
    '--since 2026-03-03 is after --until (2026-03-01, UTC).',
  ],
  ['the future', { since: '2026-03-05' }, '--since 2026-03-05 is after today (2026-03-04, UTC).'],
  [
    'an end in the future',
    { since: '2026-03-01', until: '2026-03-05' },
    '--until 2026-03-05 lies in the future: today is 2026-03-04 (UTC).',
  ],
  ['a week in the future', { week: '2026-03-09' }, 'The period starts on 2026-03-09, but today is 2026-03-04 (UTC).'],
  ['--until alone', { until: '2026-03-01' }, '--until needs --since: a period has two ends.'],
  ['two periods', { today: true, week: true }, '--today and --week cannot be combined: each names a period.'],
  [
    '--until with another period',
    { month: true, until: '2026-03-01' },
    '--month and --until cannot be combined: each names a period.',
  ],
])('refused: %s', (_, flags, message) => {
  expect(() => read(flags)).toThrow(message);
});

test('a period has each of its days once, also where clocks change', () => {
  expect(daysOf({ since: '2026-03-27', until: '2026-03-30' })).toEqual([
    '2026-03-27',
    '2026-03-28',
    '2026-03-29',
    '2026-03-30',
  ]);
});
