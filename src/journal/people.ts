import { foldEmail, foldName } from '../roster/identity.ts';
import type { Participant } from '../roster/participant.ts';
import { type Attempt, isUnresolved, livingAttempt } from './attempt.ts';
import { type JournalState, peopleOf } from './fold.ts';

/** A person in the journal, with all attempts for them; the participant of each attempt may have a different name. */
export interface KnownPerson {
  person: string;
  attempts: Attempt[];
}

/** Finds the person that a participant was in earlier runs: by any shared email address, or by name if one of the two has none. */
export interface PeopleIndex {
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
          if (!isIdentifiedByName(participant, known) || hasName(known, participant)) found.add(known);
        }
      }
      for (const known of byName.get(foldName(participant)) ?? []) {
        if (participant.emails.length === 0 || hasNoEmail(known)) found.add(known);
      }
      return [...found];
    },
  };
}

/**
 * Assigns each known person to at most one participant, the most similar one, so that no two participants share a key.
 * Further matches follow only after everyone has their first: a participant may have been two people in earlier rosters.
 */
export function assignPeople(state: JournalState, participants: readonly Participant[]) {
  const index = indexPeople(state);
  const pairs = participants.flatMap((participant) =>
    index.find(participant).map((known) => ({ participant, known, score: similarity(participant, known) })),
  );
  pairs.sort((a, b) => b.score - a.score || rank(b.known) - rank(a.known));
  const owned = new Map<Participant, KnownPerson[]>();
  const taken = new Set<KnownPerson>();
  for (const allowMore of [false, true]) {
    for (const { participant, known } of pairs) {
      const own = owned.get(participant) ?? [];
      if (taken.has(known) || (own.length > 0 && !allowMore)) continue;
      taken.add(known);
      owned.set(
        participant,
        [...own, known].sort((a, b) => rank(b) - rank(a)),
      );
    }
  }
  return (participant: Participant): KnownPerson[] => owned.get(participant) ?? [];
}

/** The share of common email addresses, plus a little for the same name. */
function similarity(participant: Participant, known: KnownPerson): number {
  const last = known.attempts.findLast((attempt) => attempt.participant)?.participant;
  if (!last) return 0;
  const mine = new Set(participant.emails.map(foldEmail));
  const theirs = new Set(last.emails.map(foldEmail));
  const shared = [...mine].filter((email) => theirs.has(email)).length;
  const all = mine.size + theirs.size - shared;
  return (all === 0 ? 1 : shared / all) + (foldName(participant) === foldName(last) ? 0.1 : 0);
}

/** With a shared email address (`--shared-emails`), only the name identifies the participant. */
function isIdentifiedByName(participant: Participant, known: KnownPerson): boolean {
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
