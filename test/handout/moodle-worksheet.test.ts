import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchMoodle, moodlePath, readWorksheet } from '../../src/handout/moodle-worksheet.ts';
import type { Recipient } from '../../src/handout/recipients.ts';
import { Secret } from '../../src/secret.ts';
import { readCsv } from '../../src/workbook/read-csv.ts';

const ENGLISH = `Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 1041","Anda Baklāne",anda.baklane@example.org,"No submission",,100.00,Yes,-,-,
"Participant 1042","Valdis Vēveris",V.Veveris@example.com,"No submission - Not marked",,100.00,Yes,-,-,"write to help@example.org"
`;
const GERMAN = ENGLISH.replace(
  /^.*\n/,
  'ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,x,y,z,k\n',
).replaceAll('Participant ', 'Teilnehmer/in');
const LATVIAN = ENGLISH.replace(
  /^.*\n/,
  'Identifikators,"Vārds un uzvārds","E-pasta adrese",Statuss,Vērtējums,x,y,z,k,l\n',
).replaceAll('Participant ', 'Dalībnieks ');

const read = (text: string) => readWorksheet(readCsv('grades.csv', text).rows);

test.each([
  ['English', ENGLISH],
  ['German', GERMAN],
  ['Latvian', LATVIAN],
])('a worksheet with %s headings', (_, text) => {
  expect(read(text)).toEqual({
    people: [
      { row: 2, id: '1041', name: 'Anda Baklāne', email: 'anda.baklane@example.org' },
      { row: 3, id: '1042', name: 'Valdis Vēveris', email: 'v.veveris@example.com' },
    ],
  });
});

test.each([
  ['a list of grades', 'Name,Grade\nAnda,10\n'],
  ['headings alone', 'Identifier,"Full name"\n'],
  ['no headings', '"Participant 1041","Anda Baklāne"\n"Participant 1042",Valdis\n'],
  ['a number twice', 'Identifier,Name\n"Participant 1041",Anda\n"Participant 1041",Valdis\n'],
])('%s is no worksheet', (_, text) => {
  expect(read(text)).toEqual({ problem: 'no_worksheet' });
});

test.each(['Group', 'Gruppe', 'Grupa'])(
  'group submissions (%s) are refused: the number would be that of a group',
  (heading) => {
    expect(read(ENGLISH.replace('Status', heading))).toEqual({ problem: 'group_submissions' });
  },
);

let number = 0;
function recipient(name: string, surname: string, ...emails: string[]): Recipient {
  number += 1;
  return {
    participant: { row: number, rows: [number], name, surname, emails },
    inRoster: true,
    tag: `tag${number}`,
    keyName: `key ${number}`,
    hash: null,
    secret: new Secret(`sk-or-v1-test-${number}`),
    limit: null,
    limitReset: null,
    expiresAt: null,
    disabled: false,
  };
}

function matched(recipients: Recipient[], people: [name: string, email?: string][]) {
  const list = people.map(([name, email], at) => ({ row: at + 2, id: String(at + 1), name, email }));
  const { matches, strangers } = matchMoodle(recipients, list);
  return [
    matches.map((match) => [match.recipient.participant?.emails[0], match.person.id, match.by]),
    strangers.length,
  ];
}

test('any address of a person counts, in any case', () => {
  const anna = recipient('Anna', 'Ozola', 'anna@example.org', 'A.Ozola@example.com');
  expect(matched([anna], [['Somebody Else', 'a.ozola@example.com']])).toEqual([
    [['anna@example.org', '1', 'email']],
    0,
  ]);
});

test('without the address a full name counts, in either order, if only one has it', () => {
  const anna = recipient('Anna', 'Ozola', 'anna@example.org');
  expect(matched([anna], [['Ozola Anna', 'other@example.org']])).toEqual([[['anna@example.org', '1', 'name']], 0]);
  const twice: [string, string?][] = [['Anna Ozola', 'other@example.org'], ['Anna Ozola']];
  expect(matched([anna], twice)).toEqual([[], 2]);
  const second = recipient('Anna', 'Ozola', 'second@example.org');
  expect(matched([anna, second], [['Anna Ozola']])).toEqual([[], 1]);
});

test('a name says nothing if somebody who was found by the address has it too', () => {
  const anna = recipient('Anna', 'Ozola', 'anna@example.org');
  const other = recipient('Anna', 'Ozola', 'second@example.org');
  const people: [string, string?][] = [
    ['Anna Ozola', 'anna@example.org'],
    ['Anna Ozola', 'third@example.org'],
  ];
  expect(matched([anna, other], people)).toEqual([[['anna@example.org', '1', 'email']], 1]);
});

test('a first name alone, and an address that two have, are no match', () => {
  expect(matched([recipient('Anna', '', 'anna@example.org')], [['Anna']])).toEqual([[], 1]);
  const shared = [recipient('A', 'B', 'team@example.org'), recipient('C', 'D', 'team@example.org')];
  expect(matched(shared, [['A B', 'team@example.org']])).toEqual([[], 1]);
});

/** As Moodle finds the person of a file: from its source, mod/assign/feedback/file/importziplib.php. */
function asMoodleReads(path: string, ids: readonly string[]) {
  const parts = `/import/${path}`.split('/');
  if (/^[.~]/.test(parts.at(-1) ?? '')) return undefined;
  while (parts.length > 0) {
    const [, id = '', type, plugin, ...rest] = (parts.shift() ?? '').split('_');
    if (plugin === undefined || !/^\s*[+-]?[\d.]+(e\d+)?\s*$/i.test(id) || !ids.includes(String(Number(id)))) continue;
    if (type !== 'assignfeedback' || plugin !== 'file') continue;
    return { id: String(Number(id)), file: [rest.join('_'), ...parts].join('/') };
  }
  return undefined;
}

test('whatever a name is, Moodle finds the number and the file', () => {
  const ids = ['7', '1041', '12'];
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'x_7_assignfeedback_file_',
      '../../etc',
      '.hidden',
      '~x',
      'a/b_12_assignfeedback_file_/env',
      '_7_',
      'CON',
      '',
    ),
  );
  fc.assert(
    fc.property(name, (name) => {
      const path = moodlePath({ id: '1041', name }, 'env.txt');
      expect(asMoodleReads(path, ids)).toEqual({ id: '1041', file: '/env.txt' });
      expect(path.split('/')).toHaveLength(2);
      expect(path).not.toMatch(/[\\:*?"<>|\p{Cc}]|\.\.\//u);
    }),
  );
});
