import { attemptsFor, type JournalState } from '../journal/fold.ts';
import { memberUsers } from '../journal/member-user.ts';
import type { UserRow } from '../keys/usage-api.ts';
import { isGroup } from '../roster/group.ts';
import type { Member } from '../roster/participant.ts';
import type { Spender } from './spenders.ts';
import { sumOf } from './spent.ts';
import { byCost } from './sums.ts';
import type { Spent } from './usage-report.ts';

/** What requests with a group's keys say about who sent them. It is their own word. */
export interface UserUsage extends Spent {
  group: string;
  /** as the requests say; null: they say nothing */
  user: string | null;
  /** whose name for requests it is; null: nobody's */
  member: Member | null;
  /** no longer in the group */
  left: boolean;
}

/** The spenders whose keys a group shares. */
export function groupSpenders(spenders: readonly Spender[]): Spender[] {
  return spenders.filter(({ participant }) => isGroup(participant));
}

/** One row for each user of each group, and one for each member who sent nothing; who spent most of a group comes first. */
export function userUsage(
  spenders: readonly Spender[],
  rowsOf: (hash: string) => readonly UserRow[],
  states: readonly JournalState[],
): UserUsage[] {
  return groupSpenders(spenders).flatMap(({ participant, person, keys }) => {
    const group = participant?.name ?? '';
    const known = states.flatMap((state) => (person === null ? [] : memberUsers(attemptsFor(state, person))));
    const counts = new Map<string | null, Spent[]>(known.filter(({ left }) => !left).map(({ user }) => [user, []]));
    for (const row of keys.flatMap(({ hash }) => rowsOf(hash))) {
      counts.set(row.user, [...(counts.get(row.user) ?? []), spentOf(row)]);
    }
    const rows = [...counts].map(([user, spent]): UserUsage => {
      const who = known.find((each) => each.user === user);
      return { group, user, member: who?.member ?? null, left: who?.left ?? false, ...sumOf(spent) };
    });
    return rows.sort(byCost);
  });
}

function spentOf(row: UserRow): Spent {
  const { cost = null, requests = null, byok_cost, tokens_prompt, tokens_completion, tokens_reasoning } = row;
  return { cost, byok_cost, requests, tokens_prompt, tokens_completion, tokens_reasoning };
}
