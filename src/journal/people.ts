import { foldEmail, foldName } from '../roster/identity.ts';
import type { Participant } from '../roster/participant.ts';
import { type Attempt, isUnresolved, livingAttempt } from './attempt.ts';
import { type JournalState, peopleOf } from './fold.ts';

/** A person whom the journal knows: all attempts made for them, and whoever they were called in each. */
export interface KnownPerson {
  person: string;
  attempts: Attempt[];
}

/** Finds the person whom a participant was before: by any shared address, or, where one of the two has none, by name. */
export interface PeopleIndex {
  /** best match first: someone with a key before someone without */
  find(participant: Participant): KnownPerson[];
}

export function indexPeople(state: JournalState): PeopleIndex {
  const byEmail = new Map<string, Set<KnownPerson>>();
  const byName = new Map<string, Set<KnownPerson>>();
  for (const known of peopleOf(state)) {
    for (const { participant } of known.attempts) {
      if (!participant) continue;
      for (const email of participant.emails) addTo(byEmail, foldEmail(email), known);
      addTo(byName, foldName(participant), known);
    }
  }
  return {
    find(participant) {
      const found = new Set<KnownPerson>();
      for (const email of participant.emails) {
        for (const known of byEmail.get(foldEmail(email)) ?? []) {
          if (!tellsApartByName(participant, known) || hasName(known, participant)) found.add(known);
        }
      }
      for (const known of byName.get(foldName(participant)) ?? []) {
        if (participant.emails.length === 0 || hasNoEmail(known)) found.add(known);
      }
      return [...found].sort((a, b) => rank(b) - rank(a));
    },
  };
}

/**
 * Gives each known person to one participant at most, to whom they are most alike, so that no two participants share a key.
 * Only when everybody found their own do further matches follow: somebody may have been two people before.
 */
export function assignPeople(state: JournalState, participants: readonly Participant[]) {
  const index = indexPeople(state);
  const pairs = participants.flatMap((participant) =>
    index.find(participant).map((known) => ({ participant, known, alike: likeness(participant, known) })),
  );
  pairs.sort((a, b) => b.alike - a.alike || rank(b.known) - rank(a.known));
  const owned = new Map<Participant, KnownPerson[]>();
  const taken = new Set<KnownPerson>();
  for (const mayBeMore of [false, true]) {
    for (const { participant, known } of pairs) {
      const own = owned.get(participant) ?? [];
      if (taken.has(known) || (own.length > 0 && !mayBeMore)) continue;
      taken.add(known);
      owned.set(
        participant,
        [...own, known].sort((a, b) => rank(b) - rank(a)),
      );
    }
  }
  return (participant: Participant): KnownPerson[] => owned.get(participant) ?? [];
}

/** Share of common addresses, and a little more for the same name. */
function likeness(participant: Participant, known: KnownPerson): number {
  const last = known.attempts.findLast((attempt) => attempt.participant)?.participant;
  if (!last) return 0;
  const mine = new Set(participant.emails.map(foldEmail));
  const theirs = new Set(last.emails.map(foldEmail));
  const shared = [...mine].filter((email) => theirs.has(email)).length;
  const all = mine.size + theirs.size - shared;
  return (all === 0 ? 1 : shared / all) + (foldName(participant) === foldName(last) ? 0.1 : 0);
}

/** Two people with one address (`--shared-emails`): there only the name tells which of them it is. */
function tellsApartByName(participant: Participant, known: KnownPerson): boolean {
  return participant.shared === true || known.attempts.some((attempt) => attempt.participant?.shared === true);
}

function hasName(known: KnownPerson, participant: Participant): boolean {
  const name = foldName(participant);
  return known.attempts.some((attempt) => attempt.participant && foldName(attempt.participant) === name);
}

function hasNoEmail(known: KnownPerson): boolean {
  return known.attempts.every((attempt) => (attempt.participant?.emails.length ?? 0) === 0);
}

function rank(known: KnownPerson): number {
  if (livingAttempt(known.attempts)) return 2;
  return known.attempts.some(isUnresolved) ? 1 : 0;
}

function addTo<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.add(value);
  else map.set(key, new Set([value]));
}
