import { isGroup, isSameMember } from '../roster/group.ts';
import type { Member, Participant } from '../roster/participant.ts';
import { attemptsFor, type JournalState } from './fold.ts';

/**
 * A group as the journal records it: each member with a number that stays theirs while others come and go, because requests are told
 * apart by it, and those who left, so that nobody gets their number. `person`: that of earlier attempts for the group.
 */
export function numberMembers<P extends Participant | null>(participant: P, person: string, state: JournalState): P {
  if (!isGroup(participant)) return participant;
  const byNumber = new Map<number, Member>();
  for (const attempt of attemptsFor(state, person)) {
    if (!isGroup(attempt.participant)) continue;
    const { members, former = [] } = attempt.participant;
    for (const member of [...former, ...members]) if (member.number !== undefined) byNumber.set(member.number, member);
  }
  let last = Math.max(0, ...byNumber.keys());
  const members = participant.members.map((member): Member => {
    const had = [...byNumber.values()].find((each) => isSameMember(each, member))?.number;
    if (had !== undefined) byNumber.delete(had);
    else last += 1;
    return { ...member, number: had ?? last };
  });
  const former = [...byNumber.values()];
  return { ...participant, members, ...(former.length > 0 ? { former } : {}) };
}
