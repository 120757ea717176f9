import type { AccountKey } from '../keys/account-key.ts';
import type { RecordedReading, RecordedRow, UsageEntry } from './usage-entry.ts';
import type { DayCount, UsageHistory } from './usage-history.ts';

/** A key that an answer or a reading is about. */
export interface CountedKey {
  hash: string;
  name: string;
  /** the first tag ever issued for its person; null = nobody known */
  person: string | null;
}

type Unstamped<E> = E extends unknown ? Omit<E, 'at'> : never;
export type NewUsageEntry = Unstamped<UsageEntry>;

/** Numbers for keys that have none yet. */
export function keysEntry(history: UsageHistory, keys: readonly CountedKey[]): NewUsageEntry[] {
  let next = history.keys.size;
  const fresh = [...new Map(keys.map((key) => [key.hash, key])).values()].filter(
    ({ hash }) => !history.numbers.has(hash),
  );
  if (fresh.length === 0) return [];
  return [{ type: 'keys', keys: fresh.map(({ hash, name, person }) => [next++, hash, name, person]) }];
}

/**
 * What was counted, by hash and day, for keys that have numbers. Keys that are recorded with the same are left out, so that a day on which
 * nothing happened adds nothing.
 */
export function dayEntries(
  history: UsageHistory,
  days: ReadonlyMap<string, ReadonlyMap<string, DayCount>>,
): NewUsageEntry[] {
  return byDay(days).flatMap(([day, counts]) => entriesOfDay(history, day, counts));
}

function byDay(days: ReadonlyMap<string, ReadonlyMap<string, DayCount>>): [string, Map<string, DayCount>][] {
  const found = new Map<string, Map<string, DayCount>>();
  for (const [hash, counts] of days) {
    for (const [day, count] of counts) {
      const same = found.get(day) ?? new Map<string, DayCount>();
      found.set(day, same.set(hash, count));
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

function entriesOfDay(history: UsageHistory, day: string, counts: ReadonlyMap<string, DayCount>): NewUsageEntry[] {
  const entries: NewUsageEntry[] = [];
  const before = history.days.get(day);
  for (const final of [true, false]) {
    for (const source of ['analytics', 'activity'] as const) {
      const asked: number[] = [];
      const models = new Map<string, number>();
      const rows: RecordedRow[] = [];
      for (const [hash, count] of counts) {
        const n = history.numbers.get(hash);
        if (n === undefined || count.final !== final || count.source !== source) continue;
        if (isSame(before?.[n], count)) continue;
        asked.push(n);
        for (const row of count.rows) {
          const model = models.get(row.model) ?? models.size;
          models.set(row.model, model);
          rows.push([n, model, row.cost, row.byok_cost, row.requests, ...tokensOf(row)]);
        }
      }
      if (asked.length === 0) continue;
      const isAll = asked.length === history.keys.size;
      entries.push({ type: 'day', day, final, source, models: [...models.keys()], rows, asked: isAll ? 'all' : asked });
    }
  }
  return entries;
}

/** The counters of keys that changed since the last reading, for keys that have numbers. */
export function readingEntry(history: UsageHistory, keys: readonly AccountKey[]): NewUsageEntry[] {
  const rows = keys.flatMap((key): RecordedReading[] => {
    const n = history.numbers.get(key.hash);
    if (n === undefined) return [];
    const row: RecordedReading = [
      n,
      key.usage ?? null,
      key.byok_usage ?? null,
      key.limit === undefined ? '?' : key.limit,
      key.limit_remaining ?? null,
      key.disabled ?? null,
    ];
    const before = history.readings.get(n)?.row;
    return before?.every((value, at) => value === row[at]) ? [] : [row];
  });
  return rows.length === 0 ? [] : [{ type: 'reading', rows }];
}

function tokensOf({ tokens_prompt, tokens_completion, tokens_reasoning }: DayCount['rows'][number]) {
  return [tokens_prompt, tokens_completion, tokens_reasoning] as const;
}

function isSame(before: DayCount | undefined, count: DayCount): boolean {
  if (before?.final !== count.final || before.source !== count.source) return false;
  return JSON.stringify(before.rows) === JSON.stringify(count.rows);
}
