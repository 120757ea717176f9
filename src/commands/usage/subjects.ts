import type { Context } from '../../context.ts';
import type { AccountKey } from '../../keys/account-key.ts';
import type { ReadSelectors } from '../../selection/read-selectors.ts';
import type { Selection } from '../../selection/select-from-account.ts';
import { type Spender, spendersOf, strangerOf } from '../../usage/spenders.ts';
import type { DayCount, UsageHistory } from '../../usage/usage-history.ts';
import { recordedDay } from '../../usage/usage-history.ts';
import { readSideLog } from '../../workshop/side-log.ts';
import { USAGE_LOG } from '../../workshop/usage-log.ts';

/** A workshop with its people and what is recorded about them. */
export interface CountedWorkshop {
  prefix: string;
  spenders: Spender[];
  history: UsageHistory;
}

/** Whose spending a report is about. */
export interface Subjects {
  workshops: CountedWorkshop[];
  /** keys of no workshop on this computer that were selected, each a row */
  strangers: Spender[];
  /** the other keys of no workshop, in one sum */
  others: Spender[];
}

/** The people of the selected keys, each with all their keys. `listed`: the account was asked for its keys. */
export async function readSubjects(
  read: ReadSelectors,
  selection: Selection,
  { outRoot, locationArgs, listed }: { outRoot: string; locationArgs: readonly string[]; listed: boolean },
  ctx: Context,
): Promise<Subjects> {
  const { known, listing, keys, missing } = selection;
  const { prefix } = read.selector;
  const isNarrowed = read.narrowing.length > 0;
  const selected = isNarrowed ? new Set([...keys, ...missing].map(({ key }) => key.hash)) : undefined;
  const keyOf = new Map(listing.keys.map((key) => [key.hash, key]));
  const workshops: CountedWorkshop[] = [];
  for (const workshop of known.workshops.filter((each) => prefix === undefined || each.prefix === prefix)) {
    const id = { outRoot, prefix: workshop.prefix, baseUrl: '', account: undefined, locationArgs };
    const history = await readSideLog(id, USAGE_LOG, ctx);
    const spenders = spendersOf(workshop.state, {
      listed: listed ? keyOf : undefined,
      lastSeen: (hash) => lastReading(history, hash),
      selected,
    });
    workshops.push({ prefix: workshop.prefix, spenders, history });
  }
  const ours = new Set(spendersIn(workshops).flatMap((spender) => spender.keys.map(({ hash }) => hash)));
  const nobodys = keys.filter(({ key }) => !ours.has(key.hash)).map(({ key }) => strangerOf(key));
  // Where there is no workshop to compare them with, each key is a row.
  const oneByOne = isNarrowed || (prefix !== undefined && workshops.length === 0);
  return { workshops, strangers: oneByOne ? nobodys : [], others: oneByOne ? [] : nobodys };
}

/** Everyone who is a row. */
export function spendersIn(workshops: readonly CountedWorkshop[]): Spender[] {
  return workshops.flatMap(({ spenders }) => spenders);
}

/** What is recorded about a key and a day, in whichever workshop. */
export function recordedIn(workshops: readonly CountedWorkshop[]): (hash: string, day: string) => DayCount | undefined {
  const homes = new Map<string, UsageHistory>();
  for (const { history } of workshops) {
    for (const hash of history.numbers.keys()) homes.set(hash, history);
  }
  return (hash, day) => {
    const history = homes.get(hash);
    return history && recordedDay(history, hash, day);
  };
}

function lastReading(history: UsageHistory, hash: string): Partial<AccountKey> | undefined {
  const n = history.numbers.get(hash);
  const found = n === undefined ? undefined : history.readings.get(n);
  if (!found) return undefined;
  const [, usage, byok, limit, remaining, disabled] = found.row;
  return {
    ...(usage === null ? {} : { usage }),
    ...(byok === null ? {} : { byok_usage: byok }),
    ...(limit === '?' ? {} : { limit }),
    limit_remaining: remaining,
    ...(disabled === null ? {} : { disabled }),
  };
}
