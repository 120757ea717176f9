import type { Session } from '../../connection/session.ts';
import { usageError } from '../../errors.ts';
import type { Selection } from '../../selection/select-from-account.ts';
import { askUsers, USER_DAYS } from '../../usage/ask-users.ts';
import { daysOf } from '../../usage/period.ts';
import type { UsagePeriod } from '../../usage/usage-report.ts';
import { groupSpenders, type UserUsage, userUsage } from '../../usage/user-usage.ts';
import { type Subjects, spendersIn } from './subjects.ts';

/** Throws for what `--by user` cannot be combined with. */
export function refuseUsers(period: UsagePeriod, { offline }: { offline: boolean }): void {
  if (offline) {
    throw usageError('contradiction', '--by user and --offline cannot be combined: usage.jsonl has no users.', {
      hint: 'Remove --offline.',
    });
  }
  if (daysOf(period).length > USER_DAYS) {
    throw usageError('bad_period', `--by user: OpenRouter tells users apart for ${USER_DAYS} days at most.`, {
      hint: `Choose a shorter period, for example: --days ${USER_DAYS}`,
    });
  }
}

/** What OpenRouter counted for each user of the keys that groups share. */
export async function gatherUsers(
  { period }: { period: UsagePeriod },
  { known, listing }: Selection,
  { workshops }: Subjects,
  { api }: Pick<Session, 'api'>,
): Promise<{ rows: UserUsage[]; notes: string[] }> {
  const spenders = groupSpenders(spendersIn(workshops));
  const keys = spenders.flatMap((spender) => spender.keys);
  if (keys.length === 0) {
    throw usageError('nothing_selected', 'No selected key is shared by a group, so --by user has nothing to show.', {
      hint: 'Keys of participants are their own users: remove --by user.',
    });
  }
  const names = [...listing.keys, ...keys];
  const counted = await askUsers(keys, period, { ask: (query) => api.queryUsers(query), names });
  const states = known.workshops.map(({ state }) => state);
  const rows = userUsage(spenders, (hash) => counted.rows.get(hash) ?? [], states);
  const notes = counted.missing === undefined ? [] : [`usage by user is not complete: ${counted.missing}`];
  return { rows: counted.missing !== undefined && counted.rows.size === 0 ? [] : rows, notes };
}
