import { hashOf } from '../journal/attempt.ts';
import { heldKeys } from '../journal/fold.ts';
import { indexPeople } from '../journal/people.ts';
import type { KeySelector } from '../keys/select-keys.ts';
import type { Roster } from '../roster/participant.ts';
import type { KnownKeys, KnownWorkshop } from '../workshop/known-keys.ts';
import { hashesInGroups } from './in-groups.ts';
import type { ReadSelectors } from './read-selectors.ts';

/** What options about people select: keys by their hashes. */
export async function peopleSelector(
  { selector, from, notIn, byWatch, where, groups }: ReadSelectors,
  known: KnownKeys,
): Promise<KeySelector> {
  const inWorkshop = known.workshops.filter(({ prefix }) => prefix === (selector.prefix ?? prefix));
  const sets = [
    ...(from ? [hashesOf(from, known)] : []),
    ...(byWatch ? [disabledByWatch(inWorkshop)] : []),
    // Loads the words of all headings, which takes longer than the rest of a short list.
    ...(where.length > 0 ? [(await import('./hashes-where.ts')).hashesWhere(where, inWorkshop)] : []),
    ...(groups.length > 0 ? [hashesInGroups(groups, inWorkshop)] : []),
  ];
  const [first, ...others] = sets;
  return {
    ...(first ? { among: new Set([...first].filter((hash) => others.every((other) => other.has(hash)))) } : {}),
    ...(notIn ? { notAmong: hashesOf(notIn, known) } : {}),
  };
}

function disabledByWatch(workshops: readonly KnownWorkshop[]): Set<string> {
  const held = workshops.flatMap(({ state }) => heldKeys(state));
  return new Set(held.filter((each) => each.disabledByWatch).flatMap((each) => hashOf(each) ?? []));
}

/** Hashes of all keys ever created for the participants of a roster, identified in the same way as by provisioning. */
function hashesOf({ participants }: Roster, known: KnownKeys): Set<string> {
  const hashes = new Set<string>();
  for (const { state } of known.workshops) {
    const people = indexPeople(state);
    for (const { attempts } of participants.flatMap((participant) => people.find(participant))) {
      for (const hash of attempts.flatMap((attempt) => hashOf(attempt) ?? [])) hashes.add(hash);
    }
  }
  return hashes;
}
