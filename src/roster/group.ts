import { foldEmail, foldName } from './identity.ts';
import type { Member, Participant } from './participant.ts';

/** A participant that is a group, whose key its members share. */
export type Group = Participant & { members: Member[] };

export function isGroup(participant: Participant | null | undefined): participant is Group {
  return participant?.members !== undefined;
}

/** Who joined a group and who left it. */
export interface MemberChanges {
  joined: Member[];
  left: Member[];
}

/** Compares who is in a group; corrected names and other rows change nobody. */
export function memberChanges(before: readonly Member[], now: readonly Member[]): MemberChanges {
  return {
    joined: now.filter((one) => !before.some((other) => isSameMember(one, other))),
    left: before.filter((one) => !now.some((other) => isSameMember(one, other))),
  };
}

/** By any shared address; by name if one of the two has none, or if others have the address too. */
export function isSameMember(one: Member, other: Member): boolean {
  const isSameName = foldName(one) === foldName(other);
  if (one.emails.length === 0 || other.emails.length === 0) return isSameName;
  const mine = new Set(one.emails.map(foldEmail));
  const shares = other.emails.some((email) => mine.has(foldEmail(email)));
  return shares && (isSameName || !(one.shared || other.shared));
}

/** The same group under another name: more than half of either are the same people, so no two groups can both be the successor of one. */
export function isLikelyRenamed(one: Group, other: Group): boolean {
  const { left } = memberChanges(one.members, other.members);
  const same = one.members.length - left.length;
  return same * 2 > Math.max(one.members.length, other.members.length);
}
