import { expect, test } from 'vitest';
import { foldJournal } from '../../src/journal/fold.ts';
import { assignPeople } from '../../src/journal/people.ts';
import type { Participant } from '../../src/roster/participant.ts';

const at = '2026-03-02T09:00:00.000Z';
const tags: Record<string, string> = { P: 'pppppppp', Q: 'qqqqqqqq' };

function person(name: string, ...emails: string[]): Participant {
  return { row: 2, rows: [2], name, surname: '', emails };
}

function assigned(known: Record<string, Participant>, participants: Participant[]): string[] {
  const state = foldJournal(
    Object.entries(known).map(([who, participant]) => {
      const tag = tags[who] ?? '';
      const wanted = { name: `W_${tag}`, limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false };
      return { type: 'intent', at, tag, person: who, participant, wanted } as const;
    }),
  );
  const peopleOf = assignPeople(state, participants);
  return participants.map((participant) =>
    peopleOf(participant)
      .map(({ person }) => person)
      .join('+'),
  );
}

test.each<[string, Record<string, Participant>, Participant[], string[]]>([
  ['by a shared address, case aside', { P: person('A', 'a@example.org') }, [person('B', 'A@EXAMPLE.ORG')], ['P']],
  ['by name where there is no address', { P: person('Zoë') }, [person('Zoe\u0308')], ['P']],
  ['not by name where both have addresses', { P: person('A', 'a@example.org') }, [person('A', 'b@example.org')], ['']],
  [
    'one person who became two: only one of them has the key',
    { P: person('A', 'a@example.org', 'b@example.org') },
    [person('A', 'a@example.org'), person('B', 'b@example.org')],
    ['P', ''],
  ],
  [
    'in whatever order they stand, once the other has one too',
    { P: person('A', 'a@example.org', 'b@example.org'), Q: person('B', 'b@example.org') },
    [person('B', 'b@example.org'), person('A', 'a@example.org')],
    ['Q', 'P'],
  ],
  [
    'two people who became one have both',
    { P: person('A', 'a@example.org'), Q: person('A', 'b@example.org') },
    [person('A', 'a@example.org', 'b@example.org')],
    ['P+Q'],
  ],
  [
    'of two people with an equal share of the addresses, the one with the name comes first',
    { P: person('B', 'b@example.org'), Q: person('A', 'a@example.org') },
    [person('A', 'a@example.org', 'b@example.org')],
    ['Q+P'],
  ],
  [
    'of two participants with an equal share of the addresses, the one with the name has the key',
    { P: person('B', 'a@example.org', 'b@example.org') },
    [person('A', 'a@example.org'), person('B', 'b@example.org')],
    ['', 'P'],
  ],
  [
    'a larger share of the addresses counts more than the name',
    { P: person('A', 'a@example.org', 'b@example.org') },
    [person('A', 'a@example.org', 'x@example.org', 'y@example.org'), person('B', 'b@example.org')],
    ['', 'P'],
  ],
  [
    'a shared address alone makes nobody the other one',
    { P: { ...person('A', 'a@example.org'), shared: true } },
    [{ ...person('B', 'a@example.org'), shared: true }],
    [''],
  ],
])('%s', (_, known, participants, expected) => {
  expect(assigned(known, participants)).toEqual(expected);
});
