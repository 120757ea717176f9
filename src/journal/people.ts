import { type Group, isGroup, isSameMember } from '../roster/group.ts';
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
  const { find } = index(state);
  return { find: (participant) => find(foldedOf(participant)).map(({ known }) => known) };
}

/**
 * Assigns each known person to at most one participant, the most similar one, so that no two participants share a key.
 * Further matches follow only after everyone has their first: a participant may have been two people in earlier rosters.
 */
export function assignPeople(state: JournalState, participants: readonly Participant[]) {
  const { find } = index(state);
  const pairs = participants.flatMap((participant) => {
    const folded = foldedOf(participant);
    return find(folded).map((entry) => ({ participant, entry, score: similarity(folded, entry) }));
  });
  pairs.sort((a, b) => b.score - a.score || b.entry.rank - a.entry.rank);
  const owned = new Map<Participant, Indexed[]>();
  const taken = new Set<Indexed>();
  for (const allowMore of [false, true]) {
    for (const { participant, entry } of pairs) {
      const own = owned.get(participant);
      if (taken.has(entry) || (own && !allowMore)) continue;
      taken.add(entry);
      owned.set(participant, own ? [...own, entry].sort((a, b) => b.rank - a.rank) : [entry]);
    }
  }
  return (participant: Participant): KnownPerson[] => (owned.get(participant) ?? []).map(({ known }) => known);
}

/** What identifies a participant, folded once: each is compared several times. */
interface Folded {
  participant: Participant;
  emails: readonly string[];
  name: string;
  shared: boolean;
}

interface Indexed {
  known: KnownPerson;
  /** of each attempt that has a participant, in their order */
  folded: readonly Folded[];
  /** 2 = has a living key, 1 = has an unresolved attempt */
  rank: number;
}

function index(state: JournalState): { find(participant: Folded): Indexed[] } {
  const byEmail = new Map<string, Indexed[]>();
  const byName = new Map<string, Indexed[]>();
  const groups: { group: Group; entry: Indexed }[] = [];
  for (const known of peopleOf(state)) {
    const folded = known.attempts.flatMap(({ participant }) => (participant ? [foldedOf(participant)] : []));
    const entry = { known, folded, rank: rank(known) };
    const last = folded.at(-1)?.participant;
    if (isGroup(last)) groups.push({ group: last, entry });
    for (const { participant, emails, name } of folded) {
      // A group that was renamed is not the one that may have its old name now.
      if (isGroup(last) && participant !== last) continue;
      for (const email of emails) addTo(byEmail, email, entry);
      addTo(byName, name, entry);
    }
  }
  return {
    find(participant) {
      const found = new Set<Indexed>();
      for (const email of participant.emails) {
        for (const entry of byEmail.get(email) ?? []) {
          if (!isIdentifiedByName(participant, entry) || hasName(entry, participant)) found.add(entry);
        }
      }
      for (const entry of byName.get(participant.name) ?? []) {
        if (participant.emails.length === 0 || hasNoEmail(entry)) found.add(entry);
      }
      // Somebody who is not looked for as a group has the key of the group that they are in.
      if (!isGroup(participant.participant)) {
        for (const { group, entry } of groups) {
          if (group.members.some((member) => isSameMember(member, participant.participant))) found.add(entry);
        }
      }
      return [...found];
    },
  };
}

function foldedOf(participant: Participant): Folded {
  const { emails, shared } = participant;
  return { participant, emails: emails.map(foldEmail), name: foldName(participant), shared: shared === true };
}

/** The share of common email addresses, plus a little for the same name. */
function similarity(participant: Folded, { folded }: Indexed): number {
  const last = folded.at(-1);
  if (!last) return 0;
  const mine = new Set(participant.emails);
  const theirs = new Set(last.emails);
  const shared = [...mine].filter((email) => theirs.has(email)).length;
  const all = mine.size + theirs.size - shared;
  return (all === 0 ? 1 : shared / all) + (participant.name === last.name ? 0.1 : 0);
}

/** With a shared email address (`--shared-emails`), only the name identifies the participant. */
function isIdentifiedByName(participant: Folded, { folded }: Indexed): boolean {
  return participant.shared || folded.some(({ shared }) => shared);
}

function hasName({ folded }: Indexed, { name }: Folded): boolean {
  return folded.some((each) => each.name === name);
}

function hasNoEmail({ folded }: Indexed): boolean {
  return folded.every(({ emails }) => emails.length === 0);
}

function rank(known: KnownPerson): number {
  if (livingAttempt(known.attempts)) return 2;
  return known.attempts.some(isUnresolved) ? 1 : 0;
}

/** One entry is added to all its keys before the next, so a second time follows the first. */
function addTo(map: Map<string, Indexed[]>, key: string, entry: Indexed): void {
  const entries = map.get(key);
  if (!entries) map.set(key, [entry]);
  else if (entries.at(-1) !== entry) entries.push(entry);
}
