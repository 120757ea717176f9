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

const OUTCOMES = {
  held: (tag: string) => [{ type: 'created', at, tag, key: `sk-or-v1-test-${tag}`, facts: { hash: tag } } as const],
  unresolved: () => [],
  refused: (tag: string) => [{ type: 'not_created', at, tag, refused: true, reason: 'no' } as const],
};

/** Who of the journal each participant is; the attempts of the journal are in its order, several for one person too. */
function assignedOf(
  attempts: readonly [who: string, outcome: keyof typeof OUTCOMES, participant: Participant][],
  participants: readonly Participant[],
): string[] {
  const entries = attempts.flatMap(([who, outcome, participant], index) => {
    const tag = `${'abcdefgh'[index]}`.repeat(8);
    const wanted = { name: `W_${tag}`, limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false };
    return [{ type: 'intent', at, tag, person: who, participant, wanted } as const, ...OUTCOMES[outcome](tag)];
  });
  const peopleOf = assignPeople(foldJournal(entries), participants);
  return participants.map((each) =>
    peopleOf(each)
      .map((known) => known.person)
      .join('+'),
  );
}

const both = person('C', 'a@example.org', 'b@example.org');

test.each<[string, Parameters<typeof assignedOf>[0], Participant[], string[]]>([
  [
    'of two people who became one, the one with a key comes first',
    [
      ['P', 'refused', person('A', 'a@example.org')],
      ['Q', 'held', person('B', 'b@example.org')],
    ],
    [both],
    ['Q+P'],
  ],
  [
    'even where the other one is more alike',
    [
      ['P', 'refused', person('C', 'a@example.org')],
      ['Q', 'held', person('B', 'b@example.org')],
    ],
    [both],
    ['Q+P'],
  ],
  [
    'one whose key may exist comes before one who has none',
    [
      ['P', 'refused', person('A', 'a@example.org')],
      ['Q', 'unresolved', person('B', 'b@example.org')],
    ],
    [both],
    ['Q+P'],
  ],
  [
    'of two who are equally alike, the one with a key is assigned first',
    [
      ['P', 'refused', person('A', 'a@example.org', 'x@example.org')],
      ['Q', 'held', person('B', 'b@example.org', 'y@example.org')],
    ],
    [both, person('D', 'y@example.org', 'd@example.org', 'e@example.org')],
    ['Q+P', ''],
  ],
  [
    'the newest addresses of a person count, not those of earlier rosters',
    [
      ['P', 'refused', person('A', 'a@example.org')],
      ['P', 'held', person('A', 'b@example.org')],
    ],
    [person('D', 'a@example.org'), person('D', 'b@example.org')],
    ['', 'P'],
  ],
  [
    'one who once had an address is not found by the name alone',
    [
      ['P', 'refused', person('A')],
      ['P', 'held', person('A', 'a@example.org')],
    ],
    [person('A', 'other@example.org')],
    [''],
  ],
  [
    'a shared address is no proof where the journal says that it is shared',
    [['P', 'held', { ...person('A', 'a@example.org'), shared: true }]],
    [person('B', 'a@example.org')],
    [''],
  ],
  [
    'nor where the roster says so',
    [['P', 'held', person('A', 'a@example.org')]],
    [{ ...person('B', 'a@example.org'), shared: true }],
    [''],
  ],
])('%s', (_, attempts, participants, expected) => {
  expect(assignedOf(attempts, participants)).toEqual(expected);
});
