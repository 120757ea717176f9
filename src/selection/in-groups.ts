import { usageError } from '../errors.ts';
import { hashOf } from '../journal/attempt.ts';
import { peopleOf } from '../journal/fold.ts';
import { assignPeople } from '../journal/people.ts';
import { nearMisses } from '../near-misses.ts';
import { foldText } from '../roster/identity.ts';
import type { KnownWorkshop } from '../workshop/known-keys.ts';

/**
 * Hashes of all keys of these groups, and of the participants in them: as the roster has them now, or as the journal has those who are
 * no longer in it. Throws `unknown_value` for a name that is no group.
 */
export function hashesInGroups(typed: readonly string[], workshops: readonly KnownWorkshop[]): Set<string> {
  const people = workshops.flatMap(groupedPeople);
  const names = [...new Map(people.map(({ group }) => [foldText(group), group])).values()];
  const unknown = typed.find((each) => !names.some((name) => foldText(name) === foldText(each)));
  if (unknown !== undefined) {
    const [near] = nearMisses(unknown, names, 1);
    const shown = names.slice(0, MOST_NAMES).join(', ');
    throw usageError('unknown_value', `No key belongs to the group ${unknown}.`, {
      hint:
        names.length === 0
          ? 'No journal here records a group.'
          : `${near === undefined ? '' : `Did you mean ${near}? `}Available groups: ${shown}${names.length > MOST_NAMES ? ', …' : ''}`,
    });
  }
  const wanted = new Set(typed.map(foldText));
  return new Set(people.flatMap(({ group, hashes }) => (wanted.has(foldText(group)) ? hashes : [])));
}

const MOST_NAMES = 20;

function groupedPeople({ state }: KnownWorkshop): { group: string; hashes: string[] }[] {
  const participants = state.roster?.participants ?? [];
  const known = assignPeople(state, participants);
  const now = new Map(participants.flatMap((each) => known(each).map(({ person }) => [person, each] as const)));
  return peopleOf(state).flatMap(({ person, attempts }) => {
    const last = attempts.findLast((attempt) => attempt.participant)?.participant;
    const group = (now.get(person) ?? last)?.group;
    return group === undefined ? [] : [{ group, hashes: attempts.flatMap((attempt) => hashOf(attempt) ?? []) }];
  });
}
