import { describe, expect, test } from 'vitest';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { bookOf } from './book-of.ts';

const LIST = ['Name', 'Surname', 'E-mail'];
const ANDA = ['Anda', 'Liepa', 'anda@example.org'];
const ILZE = ['Ilze', 'Ozola', 'ilze@example.org'];
const OTHERS = [
  ['Peter Lind', 'peter@example.org'],
  ['Clara Moe', 'clara@example.org'],
] as const;

function read(rows: readonly (readonly string[])[]) {
  const { participants, problems, notices } = parseRoster(bookOf(rows), { now: new Date('2026-01-01') });
  return {
    people: participants.map(({ name, surname, emails }) => `${name} ${surname} ${emails}`),
    told: [...problems, ...notices].map(({ code, column }) => `${code} ${column ?? ''}`.trim()),
  };
}

/** The list with two more columns, behind `gap` empty ones. */
function besides(heads: readonly [string, string], gap: number, list: readonly string[] = LIST) {
  const empty = Array<string>(gap).fill('');
  return read([
    [...list, ...empty, ...heads],
    [...ANDA, ...empty, ...OTHERS[0]],
    [...ILZE, ...empty, ...OTHERS[1]],
  ]);
}

describe.each([0, 1, 2])('a name and an address behind %i empty columns', (gap) => {
  test.each<[string, string]>([
    ['Contact name', 'Contact e-mail'],
    ['Contact name', 'E-mail'],
    ['Sender name', 'Sender e-mail'],
    ['Reviewer full name', 'Reviewer e-mail'],
    ['Kontakt Name', 'Kontakt E-Mail'],
  ])('%s, %s may be anybody, get no key, and are named', (...heads) => {
    const { people, told } = besides(heads, gap);
    expect(people).toEqual(['Anda Liepa anda@example.org', 'Ilze Ozola ilze@example.org']);
    expect(told).toContain('other_email_column E'.replace('E', 'EFG'[gap] ?? ''));
    expect(told.filter((each) => each.startsWith('other_address'))).toHaveLength(2);
  });

  test.each<[string, string, readonly string[]]>([
    ['Name', 'E-mail', LIST],
    ['Full name', 'Email address', LIST],
    ['Participant name', 'Participant e-mail', LIST],
    ['Afternoon first name', 'Afternoon e-mail', ['Morning first name', 'Morning surname', 'Morning e-mail']],
  ])('%s, %s beside %s are participants', (name, email, list) => {
    const { people, told } = besides([name, email], gap, list);
    expect(people.toSorted()).toEqual([
      'Anda Liepa anda@example.org',
      'Clara Moe clara@example.org',
      'Ilze Ozola ilze@example.org',
      'Peter Lind peter@example.org',
    ]);
    expect(told).toContain('several_people_split');
  });
});

test.each([
  ['right', (list: readonly string[], other: readonly string[]) => [...list, '', ...other]],
  ['left', (list: readonly string[], other: readonly string[]) => [...other, '', ...list]],
])('a list without headings on the %s of a headed one is read, also where it is longer', (_, row) => {
  const { people, told } = read([
    row(LIST, ['', '']),
    row(ANDA, OTHERS[0]),
    row(ILZE, OTHERS[1]),
    row(['', '', ''], ['Zoe Zed', 'zoe@example.org']),
  ]);
  expect(people.toSorted()).toEqual([
    'Anda Liepa anda@example.org',
    'Clara Moe clara@example.org',
    'Ilze Ozola ilze@example.org',
    'Peter Lind peter@example.org',
    'Zoe Zed zoe@example.org',
  ]);
  expect(told).toEqual(['several_people_split']);
});

test('a second address with the name as on a certificate is the same person', () => {
  const { people } = read([
    [...LIST, 'Work e-mail', 'Full name'],
    [...ANDA, 'anda@work.example', 'Liepa, Anda'],
    [...ILZE, 'ilze@work.example', 'Ozola, Ilze'],
  ]);
  expect(people).toEqual([
    'Anda Liepa anda@example.org,anda@work.example',
    'Ilze Ozola ilze@example.org,ilze@work.example',
  ]);
});

test('a second address belongs to the list before it, also beside contacts', () => {
  const { people } = read([
    [...LIST, 'Work e-mail', 'Contact name', 'Contact e-mail'],
    [...ANDA, 'anda@work.example', ...OTHERS[0]],
    [...ILZE, 'ilze@work.example', ...OTHERS[1]],
  ]);
  expect(people).toEqual([
    'Anda Liepa anda@example.org,anda@work.example',
    'Ilze Ozola ilze@example.org,ilze@work.example',
  ]);
});

test('a second address belongs to the list before it, also beside another list', () => {
  const { people } = read([
    [...LIST, 'Work e-mail', 'Name', 'E-mail'],
    [...ANDA, 'anda@work.example', ...OTHERS[0]],
    [...ILZE, 'ilze@work.example', ...OTHERS[1]],
  ]);
  expect(people).toEqual([
    'Anda Liepa anda@example.org,anda@work.example',
    'Peter Lind peter@example.org',
    'Ilze Ozola ilze@example.org,ilze@work.example',
    'Clara Moe clara@example.org',
  ]);
});

test("a university's name is no person's", () => {
  const { people } = read([
    ['First name', 'Surname', 'E-mail', 'University name', 'University e-mail'],
    [...ANDA, 'University of Latvia', 'anda@lu.example'],
    [...ILZE, 'Riga Technical University', 'ilze@rtu.example'],
  ]);
  expect(people).toEqual([
    'Anda Liepa anda@example.org,anda@lu.example',
    'Ilze Ozola ilze@example.org,ilze@rtu.example',
  ]);
});

test('columns of a form that nobody filled in are no list', () => {
  const { people } = read([
    ['Email', 'Name', 'First name', 'Surname', 'Contact email', 'Points - First name'],
    ['anonymous', '', 'Anda', 'Liepa', 'anda@example.org', ''],
    ['anonymous', '', 'Ilze', 'Ozola', 'ilze@example.org', ''],
  ]);
  expect(people).toEqual(['Anda Liepa anda@example.org', 'Ilze Ozola ilze@example.org']);
});

test('where as many rows name the same person as another one, the second address is the same person', () => {
  const { people } = read([
    [...LIST, 'Work e-mail', 'Full name'],
    [...ANDA, 'anda@work.example', 'Liepa, Anda'],
    [...ILZE, 'peter@work.example', 'Peter Lind'],
  ]);
  expect(people).toHaveLength(2);
});

test('the only address is the list’s, whatever it is called', () => {
  const { people } = read([
    ['Name', 'Contact e-mail', 'Contact full name'],
    ['Bo', 'anda@example.org', 'Anda Liepa'],
    ['Cy', 'ilze@example.org', 'Ilze Ozola'],
  ]);
  expect(people).toEqual(['Anda Liepa anda@example.org', 'Ilze Ozola ilze@example.org']);
});
