import { expect, test } from 'vitest';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { bookOf } from './book-of.ts';

const HEADER = ['E-mail', 'Name', 'Surname', 'Status'];
const letters = (at: number) => [...String(at)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
const person = (at: number) => [`p${at}@example.org`, `Name${letters(at)}`, `Kin${letters(at)}`, 'Confirmed'];

/** Rows of a sheet, by how many people it has. */
const SHEETS: [string, (people: number) => string[][]][] = [
  ['different people', (people) => [HEADER, ...range(people).map(person)]],
  ['one person in all rows', (people) => [HEADER, ...range(people).map(() => person(1))]],
  [
    'people of the same name',
    (people) => [HEADER, ...range(people).map((at) => [`p${at}@example.org`, 'Anda', 'Liepa'])],
  ],
  [
    'one address under several names',
    (people) => [HEADER, person(0), ...range(people).map((at) => ['x@example.org', ...person(at % 20).slice(1)])],
  ],
  [
    'people who are not coming',
    (people) => [HEADER, person(0), ...range(people).map((at) => [...person(at).slice(0, 3), 'Cancelled'])],
  ],
  [
    'rows with problems',
    (people) => [HEADER, person(0), ...range(people).map((at) => [`p${at}`, 'Anda', letters(at)])],
  ],
  [
    'headings between the people',
    (people) => [
      HEADER,
      ...range(people).flatMap((at) => (at % 5 === 0 ? [['', `Group ${at}`], HEADER] : [person(at)])),
    ],
  ],
  [
    'two lists side by side',
    (people) => [
      [...HEADER, '', ...HEADER],
      ...range(people / 2).map((at) => [...person(at), '', ...person(at + people)]),
    ],
  ],
  [
    'a list above a richer one',
    (people) => [
      ['E-mail', 'Name'],
      ...range(people / 2).map((at) => person(at).slice(0, 2)),
      [],
      HEADER,
      ...range(people / 2).map((at) => person(at + people)),
    ],
  ],
  [
    'an address that all rows share',
    (people) => [
      HEADER,
      ...range(people).map((at) => [`p${at}@example.org, office@example.org`, ...person(at).slice(1)]),
    ],
  ],
  [
    'names that are merged by their address in a chain',
    (people) => [HEADER, ...range(people).map((at) => [`p${at}@example.org, p${at + 1}@example.org`, 'Anda', 'Liepa'])],
  ],
];

function range(size: number): number[] {
  return Array.from({ length: size }, (_, at) => at);
}

/** How often a row is looked at: time itself depends on what else the computer does. */
function looksAt(rows: string[][]): number {
  const book = bookOf(rows);
  let looks = 0;
  for (const row of book.sheets.flatMap((sheet) => sheet.rows)) {
    const { cells } = row;
    Object.defineProperty(row, 'cells', {
      enumerable: true,
      get: () => {
        looks += 1;
        return cells;
      },
    });
  }
  parseRoster(book, { now: new Date('2026-01-20T12:00:00Z') });
  return looks;
}

test.each(SHEETS)('%s: four times the rows are read four times as often, not sixteen times', (_, rowsFor) => {
  expect(looksAt(rowsFor(240)) / looksAt(rowsFor(60))).toBeLessThan(5);
});
