import type { ActivityAnswer } from '../keys/usage-api.ts';
import type { AskedKey } from './ask-usage.ts';
import { addDays, daysOf } from './period.ts';
import { sumOf } from './spent.ts';
import type { DayCount, ModelCount } from './usage-history.ts';

/** A request per key, so not for many. */
const MOST_KEYS_ONE_BY_ONE = 200;
/** completed UTC days that the service tells of */
const DAYS = 30;

export interface ActivityCounted {
  /** by hash and day; without today, and without days of long ago */
  days: Map<string, Map<string, DayCount>>;
  /** why this account has no such data either */
  notOffered: string | undefined;
}

/** What the account's activity tells of each key: the second best source. Undefined for more keys than may be asked one by one. */
export async function askActivity(
  keys: readonly AskedKey[],
  { since, until, today, finalUntil }: { since: string; until: string; today: string; finalUntil: string },
  ask: (hash: string) => Promise<ActivityAnswer>,
): Promise<ActivityCounted | undefined> {
  if (keys.length > MOST_KEYS_ONE_BY_ONE) return undefined;
  const first = [since, addDays(today, -DAYS)].sort()[1] ?? since;
  const last = [until, addDays(today, -1)].sort()[0] ?? until;
  const days = new Map<string, Map<string, DayCount>>();
  for (const { hash } of keys) {
    const answer = await ask(hash);
    if (answer.result === 'not_offered') return { days, notOffered: answer.reason };
    if (first > last) continue;
    const counts = new Map<string, DayCount>();
    for (const day of daysOf({ since: first, until: last })) {
      const rows = byModel(answer.rows.filter((row) => row.day === day));
      counts.set(day, { final: day <= finalUntil, source: 'activity', rows });
    }
    days.set(hash, counts);
  }
  return { days, notOffered: undefined };
}

/** One model may have several endpoints, each with a row. */
function byModel(rows: Extract<ActivityAnswer, { result: 'rows' }>['rows']): ModelCount[] {
  const models = new Map<string, ModelCount[]>();
  for (const { day: _, cost = null, requests = null, ...rest } of rows) {
    models.set(rest.model, [...(models.get(rest.model) ?? []), { ...rest, cost, requests }]);
  }
  return [...models].map(([model, counts]) => ({ model, ...sumOf(counts) }));
}
