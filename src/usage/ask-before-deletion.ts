import { CliError, EXIT } from '../errors.ts';
import type { AccountKey } from '../keys/account-key.ts';
import type { UsageAnswer, UsageQuery } from '../keys/usage-api.ts';
import { type AskedKey, askUsage } from './ask-usage.ts';
import { addDays, dayOf } from './period.ts';
import { planAsking } from './plan-asking.ts';
import { strangerOf } from './spenders.ts';
import { type DayCount, recordedDay, type UsageHistory } from './usage-history.ts';

/** Nobody who deletes a key waits longer for the record, milliseconds. */
const PATIENCE = 5000;
/** So many may start at once; more would have to wait for each other. */
const MOST_QUERIES = 10;
/** A month is what reports are made of. */
const DAYS = 31;

interface DeletionTools {
  /** every key of the account: rows tell a name only */
  names: readonly AskedKey[];
  parallel: number;
  now(): Date;
  /** Throws CliError. */
  ask(query: UsageQuery, withinMs: number): Promise<UsageAnswer>;
}

/** What was answered, by hash and day; `missing`: why that is not everything. */
interface Answered {
  days: ReadonlyMap<string, ReadonlyMap<string, DayCount>>;
  missing: string | undefined;
}

/** Asks by day and model about keys that are about to be deleted: only what is not recorded, a few queries, and not for long. Never throws CliError. */
export async function askBeforeDeletion(
  keys: readonly AccountKey[],
  history: UsageHistory,
  { names, parallel, now, ask }: DeletionTools,
): Promise<Answered> {
  const start = now();
  const today = dayOf(start);
  const spenders = keys.map(strangerOf);
  const earliest = addDays(today, 1 - DAYS);
  const first =
    spenders.flatMap((spender) => spender.keys.map(({ firstDay = earliest }) => firstDay)).sort()[0] ?? today;
  const since = first > today ? today : first < earliest ? earliest : first;
  const period = { since, until: today, time_zone: 'UTC', over: false } as const;
  const wishes = planAsking(spenders, period, today, (hash, day) => recordedDay(history, hash, day));
  let queries = 0;
  let failure: string | undefined;
  const { days, notOffered } = await askUsage(wishes, {
    names,
    parallel,
    listAgain: async () => names,
    ask: async (query) => {
      queries += 1;
      const withinMs = start.getTime() + PATIENCE - now().getTime();
      if (failure === undefined && (queries > MOST_QUERIES || withinMs <= 0)) {
        failure = 'asking for so many keys takes too long';
      }
      if (failure !== undefined) return { result: 'not_offered', reason: failure };
      try {
        return await ask(query, withinMs);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        failure ??= error.exitCode === EXIT.INTERRUPTED ? 'OpenRouter did not answer in time' : error.message;
        return { result: 'not_offered', reason: failure };
      }
    },
  });
  const isWhole = keys.every(
    ({ hash }) => days.has(hash) || wishes.every((wish) => !wish.keys.some((key) => key.hash === hash)),
  );
  return { days, missing: notOffered ?? (isWhole ? undefined : 'OpenRouter did not tell of all of them') };
}
