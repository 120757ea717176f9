import { asciiName } from '../roster/ascii-name.ts';
import { type Group, isGroup, isSameMember } from '../roster/group.ts';
import type { Member } from '../roster/participant.ts';
import type { Attempt } from './attempt.ts';

/** A member of a group and what their requests are called. */
export interface MemberUser {
  user: string;
  member: Member;
  /** no longer in the group */
  left: boolean;
}

/**
 * What the requests of each member are called, `table-3-07`: OpenRouter groups by it and keeps it for 31 days, so it must not name
 * anybody. It stays when the group is renamed, its key rotated, or somebody else leaves.
 *
 * @param attempts all of the group
 */
export function memberUsers(attempts: readonly Attempt[]): MemberUser[] {
  const groups = attempts.flatMap(({ participant }) => (isGroup(participant) ? [participant] : []));
  const now = groups.at(-1);
  const [first] = attempts;
  if (!now || !first) return [];
  const started = attempts.map(({ intent }) => intent?.participant).find(isGroup) ?? now;
  const stem = stemOf(started, first.person);
  const users = new Map<number, MemberUser>();
  for (const { members, former = [] } of groups) {
    for (const member of [...former, ...members]) {
      const { number } = member;
      if (number === undefined) continue;
      const left = !now.members.some((each) => each.number === number);
      users.set(number, { user: `${stem}-${String(number).padStart(2, '0')}`, member, left });
    }
  }
  return [...users.values()];
}

/** What this member's requests are called; undefined before the journal has them in the group. */
export function userOf(member: Member, attempts: readonly Attempt[]): string | undefined {
  return memberUsers(attempts).find((each) => !each.left && isSameMember(each.member, member))?.user;
}

/** Where the name of the group has a word of a member's name, or no Latin letter, the start of its first tag stands for it. */
function stemOf({ name, members }: Group, person: string): string {
  const words = wordsOf(name);
  const names = new Set(members.flatMap((member) => [...wordsOf(member.name), ...wordsOf(member.surname)]));
  const isPlain = words.length > 0 && !words.some((word) => names.has(word));
  return isPlain ? words.join('-') : `group-${person.slice(0, 4)}`;
}

function wordsOf(text: string): string[] {
  return asciiName(text).split('-').filter(Boolean);
}
