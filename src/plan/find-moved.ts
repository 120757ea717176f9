import { type HeldAttempt, livingAttempt } from '../journal/attempt.ts';
import { type JournalState, peopleOf } from '../journal/fold.ts';
import type { KnownPerson } from '../journal/people.ts';
import { foldEmail, foldName } from '../roster/identity.ts';
import type { Participant } from '../roster/participant.ts';

/** What the user said about participants who seem to have a new address. Addresses as typed. */
export interface AddressDecisions {
  /** old address and new one of the same person */
  same: readonly { from: string; to: string }[];
  /** addresses of people who only have the name of somebody else */
  fresh: readonly string[];
}

/** Somebody who has a key and is no longer in the roster, and somebody new there who has the same name. */
export interface Moved {
  participant: Participant;
  person: string;
  held: HeldAttempt;
  /** the addresses that the journal has */
  from: readonly string[];
  /** undefined where the user has to say whether they are the same person */
  decided: 'same' | undefined;
}

/**
 * Finds corrected addresses: one person of the journal is missing from the roster, one new participant has the same name, and nobody
 * else has it. Without this, a corrected address would get a second key while the first one stays alive.
 */
export function findMoved(
  participants: readonly Participant[],
  knownOf: (participant: Participant) => readonly KnownPerson[],
  state: JournalState,
  decisions: AddressDecisions,
): Moved[] {
  const present = new Set(participants.flatMap((participant) => knownOf(participant).map(({ person }) => person)));
  const living = peopleOf(state).flatMap(({ person, attempts }) => {
    const held = livingAttempt(attempts);
    return held?.participant ? [{ person, held, participant: held.participant }] : [];
  });
  const missing = living.filter(({ person }) => !present.has(person));
  const newcomers = participants.filter((participant) => knownOf(participant).length === 0);
  const inRoster = countNames(participants);
  const inJournal = countNames(living.map(({ participant }) => participant));
  return newcomers.flatMap((participant): Moved[] => {
    if (decisions.fresh.some((email) => hasAddress(participant, email))) return [];
    const told = decisions.same.find(({ to }) => hasAddress(participant, to));
    const name = foldName(participant);
    const isAlone = name !== '' && inRoster.get(name) === 1 && inJournal.get(name) === 1;
    const found = missing.find((each) =>
      told ? hasAddress(each.participant, told.from) : isAlone && foldName(each.participant) === name,
    );
    if (!found) return [];
    const { person, held } = found;
    return [{ participant, person, held, from: found.participant.emails, decided: told ? 'same' : undefined }];
  });
}

function hasAddress({ emails }: Participant, email: string): boolean {
  return emails.some((own) => foldEmail(own) === foldEmail(email));
}

function countNames(people: readonly Participant[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const person of people) counts.set(foldName(person), (counts.get(foldName(person)) ?? 0) + 1);
  return counts;
}
