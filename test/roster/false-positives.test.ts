import { expect, test } from 'vitest';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { bookOf } from './book-of.ts';

type Case = [what: string, header: string[], rows: string[][], people: string[], told: string[]];

/** What looks like a status, a role or another person, and is none; and what is one beside it. */
const CASES: Case[] = [
  [
    'a surname that is a status',
    ['Email', 'Name', 'Surname'],
    [
      ['a@example.org', 'Bo', 'Cancelled'],
      ['b@example.org', 'Cy', 'Absent'],
    ],
    ['Bo Cancelled a@example.org', 'Cy Absent b@example.org'],
    [],
  ],
  [
    'marital and employment status',
    ['Email', 'Name', 'Marital status', 'Employment status'],
    [
      ['a@example.org', 'Ada Lind', 'Single', 'Retired'],
      ['b@example.org', 'Bo Krag', 'Divorced', 'Suspended'],
    ],
    ['Ada Lind a@example.org', 'Bo Krag b@example.org'],
    ['status_unclear 3'],
  ],
  [
    'professors among professors',
    ['Email', 'Name', 'Role'],
    [
      ['a@example.org', 'Ada Lind', 'Professor'],
      ['b@example.org', 'Bo Krag', 'Professor'],
    ],
    ['Ada Lind a@example.org', 'Bo Krag b@example.org'],
    [],
  ],
  [
    'a work address and a private one',
    ['Work email', 'Private email', 'Name'],
    [
      ['a@example.org', 'a2@example.org', 'Ada Lind'],
      ['b@example.org', 'b2@example.org', 'Bo Krag'],
    ],
    ['Ada Lind a@example.org,a2@example.org', 'Bo Krag b@example.org,b2@example.org'],
    [],
  ],
  [
    'a first and a second address',
    ['E-mail 1', 'E-mail 2', 'Name'],
    [
      ['a@example.org', 'a2@example.org', 'Ada Lind'],
      ['b@example.org', '', 'Bo Krag'],
    ],
    ['Ada Lind a@example.org,a2@example.org', 'Bo Krag b@example.org'],
    [],
  ],
  [
    'a team that is called like a status',
    ['Email', 'Name', 'Team'],
    [
      ['a@example.org', 'Ada Lind', 'Red'],
      ['b@example.org', 'Bo Krag', 'Active'],
    ],
    ['Ada Lind a@example.org', 'Bo Krag b@example.org'],
    [],
  ],
  [
    'a German status',
    ['E-Mail', 'Vorname', 'Nachname', 'Status'],
    [
      ['a@example.org', 'Ada', 'Lind', 'Angemeldet'],
      ['b@example.org', 'Bo', 'Krag', 'Storniert'],
    ],
    ['Ada Lind a@example.org'],
    ['status_left_out 3'],
  ],
  [
    'a column that flags cancellations',
    ['Email', 'Name', 'Cancelled'],
    [
      ['a@example.org', 'Ada Lind', 'no'],
      ['b@example.org', 'Bo Krag', 'yes'],
      ['c@example.org', 'Cy Moe', ''],
    ],
    ['Ada Lind a@example.org', 'Cy Moe c@example.org'],
    ['status_left_out 3'],
  ],
  [
    'a remark behind a name',
    ['Email', 'Name'],
    [
      ['a@example.org', 'Ada Lind (withdrawn)'],
      ['b@example.org', 'Bo Krag'],
    ],
    ['Ada Lind a@example.org', 'Bo Krag b@example.org'],
    ['remark 2'],
  ],
  [
    'a phone number beside an address',
    ['Email', 'Name'],
    [
      ['tel. 29000000, a@example.org', 'Ada Lind'],
      ['b@example.org', 'Bo Krag'],
    ],
    ['Ada Lind a@example.org', 'Bo Krag b@example.org'],
    ['beside_address 2'],
  ],
  [
    'a leader with members, whose column is not told as skipped',
    ['Team', 'Leader name', 'Leader email', 'Member 1 name', 'Member 1 email', 'Member 2 name', 'Member 2 email'],
    [['X', 'Ada Lind', 'ada@example.org', 'Bo Krag', 'bo@example.org', 'Cy Moe', 'cy@example.org']],
    ['Ada Lind ada@example.org', 'Bo Krag bo@example.org', 'Cy Moe cy@example.org'],
    ['several_people_split 1'],
  ],
];

test.each(CASES)('%s', (_, header, rows, people, told) => {
  const { participants, problems, notices } = parseRoster(bookOf([header, ...rows]), { now: new Date('2026-01-20') });
  expect(participants.map(({ name, surname, emails }) => `${name} ${surname} ${emails.join()}`)).toEqual(people);
  expect(problems).toEqual([]);
  expect(notices.map(({ code, row }) => `${code} ${row}`)).toEqual(told);
});
