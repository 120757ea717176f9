import { emptyState, type JournalState } from '../journal/fold.ts';
import type { AccountKey } from '../keys/account-key.ts';
import { cleanPrefix } from '../keys/key-name.ts';
import type { Candidate } from '../keys/select-keys.ts';
import type { Selection } from '../selection/select-from-account.ts';
import { changingWorkshop, ownerOf } from '../workshop/known-keys.ts';
import type { WorkshopId } from '../workshop/workshop-id.ts';

/** The workshop of keys that belong to none. */
export const ACCOUNT_PREFIX = '_account';

/** Selected keys whose changes are recorded in one journal. */
export interface KeyGroup {
  id: WorkshopId;
  /** the journal at the time when the keys were selected */
  seen: JournalState;
  keys: AccountKey[];
  /** selected, but no longer on the account */
  missing: AccountKey[];
}

/** Assigns each key to the workshop whose journal has it; other keys to `--prefix`, or else to the workshop of the account. */
export function groupKeys(
  { keys, missing, known }: Selection,
  where: Omit<WorkshopId, 'prefix'> & { prefix: string | undefined },
): KeyGroup[] {
  const { prefix, ...id } = where;
  const fallback = prefix === undefined ? ACCOUNT_PREFIX : cleanPrefix(prefix);
  const groups = new Map<string, KeyGroup>();
  const groupOf = ({ key, home: own }: Candidate) => {
    const home = own ?? ownerOf(key, known)?.prefix ?? changingWorkshop(key.hash, known) ?? fallback;
    const group = groups.get(home) ?? {
      id: { ...id, prefix: home },
      seen: known.workshops.find((workshop) => workshop.prefix === home)?.state ?? emptyState(),
      keys: [],
      missing: [],
    };
    groups.set(home, group);
    return group;
  };
  for (const candidate of keys) groupOf(candidate).keys.push(candidate.key);
  for (const candidate of missing) groupOf(candidate).missing.push(candidate.key);
  return [...groups.values()].sort((a, b) => (a.id.prefix < b.id.prefix ? -1 : 1));
}
