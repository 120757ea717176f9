import { expect, test } from 'vitest';
import { assignPeople } from '../../src/journal/people.ts';
import { type AddressDecisions, findMoved } from '../../src/plan/find-moved.ts';
import type { Participant } from '../../src/roster/participant.ts';
import { held, participant, stateOf } from '../support/journal-entries.ts';

const [A, B] = ['aaaaaaaa', 'bbbbbbbb'];
const old = participant('Anda', 'old@example.org');
const now = participant('Anda', 'new@example.org');

function moved(journal: Participant[], roster: Participant[], decisions: Partial<AddressDecisions> = {}) {
  const state = stateOf(journal.flatMap((who, index) => held([A, B][index] ?? '', who)));
  return findMoved(roster, assignPeople(state, roster), state, { same: [], fresh: [], ...decisions }).map(
    ({ person, participant, decided }) => `${person} ${participant.emails[0]} ${decided ?? 'asked'}`,
  );
}

test.each<[string, Parameters<typeof moved>, string[]]>([
  ['one name, another address', [[old], [now]], [`${A} new@example.org asked`]],
  ['case and composition of a name aside', [[old], [{ ...now, name: 'ANDA' }]], [`${A} new@example.org asked`]],
  ['another name', [[old], [{ ...now, name: 'Zane' }]], []],
  ['no name at all', [[{ ...old, name: '' }], [{ ...now, name: '' }]], []],
  ['the old address is in the roster too', [[old], [old, now]], []],
  ['two newcomers with that name: nobody knows which', [[old], [now, participant('Anda', 'x@example.org')]], []],
  [
    'two keys of that name, one of them still in the roster',
    [
      [old, participant('Anda', 'b@example.org')],
      [now, participant('Anda', 'b@example.org')],
    ],
    [],
  ],
  ['two keys of that name', [[old, participant('Anda', 'b@example.org')], [now]], []],
  [
    'told that they are the same',
    [[old], [{ ...now, name: 'Anda Maria' }], { same: [{ from: 'OLD@example.org', to: 'New@example.org' }] }],
    [`${A} new@example.org same`],
  ],
  ['told that it is somebody new', [[old], [now], { fresh: ['New@example.org'] }], []],
])('%s', (_, input, expected) => {
  expect(moved(...input)).toEqual(expected);
});
