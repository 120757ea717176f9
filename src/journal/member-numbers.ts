import { isGroup, isSameMember } from '../roster/group.ts';
import type { Member, Participant } from '../roster/participant.ts';
import { attemptsFor, type JournalState } from './fold.ts';

/**
 * A group as the journal records it: each member with a number that stays theirs while others come and go, because requests are told
 * apart by it. `person`: that of earlier attempts for the group.
 */
export function numberMembers<P extends Participant | null>(participant: P, person: string, state: JournalState): P {
  if (!isGroup(participant)) return participant;
  const before = attemptsFor(state, person).flatMap((attempt) =>
    isGroup(attempt.participant) ? [attempt.participant] : [],
  );
  const known = before.flatMap(({ members }) => members).toReversed();
  let last = Math.max(0, ...before.map(({ last_number = 0 }) => last_number), ...known.map(({ number = 0 }) => number));
  const taken = new Set<number>();
  const members = participant.members.map((member): Member => {
    const had = known.find(
      (each) => isSameMember(each, member) && each.number !== undefined && !taken.has(each.number),
    );
    const number = had?.number ?? last + 1;
    last = Math.max(last, number);
    taken.add(number);
    return { ...member, number };
  });
  return { ...participant, members, last_number: last };
}
