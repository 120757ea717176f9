import { describe, expect, test } from 'vitest';
import type { ColumnMap } from '../../src/roster/find-table.ts';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { bookOf } from './book-of.ts';

const NOW = new Date('2026-01-20T12:00:00Z');

function people(rows: readonly (readonly string[])[], columnMap: ColumnMap): string[] {
  const { participants } = parseRoster(bookOf(rows), { now: NOW, columnMap });
  return participants.map(({ name, surname, emails, limit }) => `${name} ${surname} ${emails} ${limit ?? '-'}`);
}

const PAIRS = [
  ['Participant 1 Name', 'Participant 1 Email', 'Participant 2 Name', 'Participant 2 Email', 'Nick 2', 'Max spend'],
  ['Anda Liepa', 'anda@example.org', 'Peter Lind', 'peter@example.org', 'Pete Moe', '5'],
  ['Ilze Ozola', 'ilze@example.org', 'Clara Moe', 'clara@example.org', 'Clary Moe', '6'],
];

describe('a column chosen by hand', () => {
  test('leaves the people of a row apart, and a limit is that of all of them', () => {
    expect(people(PAIRS, { limit: ['Max spend'] })).toEqual([
      'Anda Liepa anda@example.org 5',
      'Peter Lind peter@example.org 5',
      'Ilze Ozola ilze@example.org 6',
      'Clara Moe clara@example.org 6',
    ]);
  });

  test('gives a name to the person whose columns it is among', () => {
    expect(people(PAIRS, { full_name: ['Nick 2'] })).toEqual([
      'Anda Liepa anda@example.org -',
      'Pete Moe peter@example.org -',
      'Ilze Ozola ilze@example.org -',
      'Clary Moe clara@example.org -',
    ]);
  });

  test('counts in each list of the sheet that has it', () => {
    const lists = [
      ['Name', 'Email', 'Max spend'],
      ['Anda Liepa', 'anda@example.org', '5'],
      [],
      ['Max spend', 'Email', 'First name', 'Surname'],
      ['7', 'clara@example.org', 'Clara', 'Moe'],
    ];
    expect(people(lists, { limit: ['Max spend'] })).toEqual([
      'Anda Liepa anda@example.org 5',
      'Clara Moe clara@example.org 7',
    ]);
    const richerBelow = [
      ['Email', 'Max spend'],
      ['anda@example.org', '5'],
      ['ilze@example.org', '6'],
      [],
      ['Max spend', 'Email', 'First name', 'Surname', 'Group'],
      ['7', 'clara@example.org', 'Clara', 'Moe', 'A'],
    ];
    expect(people(richerBelow, { limit: ['Max spend'] })).toEqual([
      '  anda@example.org 5',
      '  ilze@example.org 6',
      'Clara Moe clara@example.org 7',
    ]);
  });

  test('of addresses decides alone who the participants are', () => {
    expect(people(PAIRS, { email: ['Participant 2 Email'], full_name: ['Participant 2 Name'] })).toEqual([
      'Peter Lind peter@example.org -',
      'Clara Moe clara@example.org -',
    ]);
  });
});
