import { describe, expect, test } from 'vitest';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import type { PlainCell } from '../../src/roster/participant.ts';
import { bookOf } from './book-of.ts';

const NOW = new Date('2026-01-20T12:00:00Z');
const HEADER = ['E-mail', 'Name', 'Surname'];
const ANDA = ['anda@example.org', 'Anda', 'Baklāne'];
const ZANE = ['zane@example.org', 'Zane', 'Ozola'];

const parse = (rows: PlainCell[][]) => parseRoster(bookOf(rows), { now: NOW });
const told = (rows: PlainCell[][]) => {
  const { participants, problems, notices } = parse(rows);
  expect(problems).toEqual([]);
  return [participants.map(({ name }) => name).join(), ...notices.map(({ row, code }) => `${row} ${code}`)];
};

describe('what stands below and between the people', () => {
  test.each<[string, PlainCell[][], string[]]>([
    [
      'notes with an address, a date or a signature',
      [
        HEADER,
        ANDA,
        [],
        ['Prepared by: Zane Ozola, zane@example.org'],
        ['Date:', '2026-05-01'],
        ['', 'Approved by:', 'J. Bērziņš'],
        ['Contact zane@example.org for questions'],
      ],
      ['Anda', '4 skipped_note', '5 skipped_note', '6 skipped_note', '7 skipped_note'],
    ],
    [
      'a waiting list under its own title',
      [HEADER, ANDA, [], ['Waiting list'], HEADER, ZANE],
      ['Anda,Zane', '6 status_unclear', '4 skipped_note', '5 skipped_header'],
    ],
    ['a page title without a blank row', [HEADER, ANDA, ['Page 2'], ZANE], ['Anda,Zane', '3 skipped_heading']],
    ['the header in a second language', [['E-pasts', 'Vārds', 'Uzvārds'], HEADER, ANDA], ['Anda', '2 skipped_header']],
    [
      'the rows that Qualtrics and SurveyMonkey put below the header',
      [
        HEADER,
        ['{"ImportId":"a"}', '{"ImportId":"b"}', '{"ImportId":"c"}'],
        ['', 'Open-Ended Response', 'Open-Ended Response'],
        ANDA,
      ],
      ['Anda', '2 skipped_platform', '3 skipped_platform'],
    ],
    [
      'a numbered part of a report',
      [
        ['Name', 'Email'],
        ['Anda Baklāne', 'anda@example.org'],
        [],
        ['3. In-Meeting Activities'],
        ['Name', 'Email', 'Role'],
        ['Anda Baklāne', 'anda@example.org', 'Attendee'],
      ],
      ['Anda', '4 skipped_note', '5 skipped_header', '2 duplicate'],
    ],
  ])('%s', (_, rows, expected) => {
    expect(told(rows)).toEqual(expected);
  });

  test('a second table with other columns is read by its own header, which is told', () => {
    const roster = parse([
      HEADER,
      ANDA,
      [],
      ['Name', 'Surname', 'Room', 'E-mail'],
      ['Zane', 'Ozola', '12', ZANE[0] ?? ''],
    ]);
    expect(roster.participants).toMatchObject([
      { name: 'Anda' },
      { name: 'Zane', emails: ['zane@example.org'], row: 5 },
    ]);
    expect(roster.columns.email).toEqual(['A']);
    expect(roster.notices).toMatchObject([
      { row: 4, code: 'second_header', message: expect.stringContaining('email D, name A, surname B') },
    ]);
  });

  test('a person without an address is a problem, also after a blank row', () => {
    const { problems } = parse([HEADER, ANDA, [], ['', 'Zane', 'Ozola'], ['zane']]);
    expect(problems.map(({ row, code }) => `${row} ${code}`)).toEqual(['4 no_email', '5 invalid_email']);
  });

  test('a hundred thousand rows without anybody are summed up', () => {
    const notes = Array.from({ length: 100_000 }, () => ['', '', '', 'x']);
    const { notices } = parse([HEADER, ANDA, ...notes]);
    expect(notices).toHaveLength(1_001);
    expect(notices.at(-1)).toMatchObject({
      code: 'skipped_more',
      message: expect.stringContaining('between rows 1003 and 100002'),
    });
  });

  test('names whose letters were lost are told', () => {
    const names = ['B\ufffdrzi\ufffda', 'B?rzi?a', 'BÄ“rziÅ†a', 'MÃ¼ller', 'Bērziņa', 'São Ãlvaro', 'Ångström'];
    const { notices } = parse([HEADER, ...names.map((name, index) => [`a${index}@example.org`, 'Anna', name])]);
    expect(notices.map(({ row, code }) => `${row} ${code}`)).toEqual([2, 3, 4, 5].map((row) => `${row} garbled_name`));
  });
});
