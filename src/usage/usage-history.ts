import type { RecordedReading, RecordedRow, UsageEntry } from './usage-entry.ts';
import type { Spent } from './usage-report.ts';

/** A key's requests with one model on one day. */
export interface ModelCount extends Spent {
  model: string;
}

/** What is recorded about a key and a day. Without rows, nothing was spent. */
export interface DayCount {
  final: boolean;
  source: 'analytics' | 'activity';
  rows: readonly ModelCount[];
}

/** What usage.jsonl adds up to. */
export interface UsageHistory {
  /** by number */
  keys: Map<number, { hash: string; name: string; person: string | null }>;
  /** numbers by hash */
  numbers: Map<string, number>;
  /** by day, then by number of the key: lists, because a report looks up each key on each day, which is a million times for a large team */
  days: Map<string, (DayCount | undefined)[]>;
  /** the newest of each key */
  readings: Map<number, { at: string; row: RecordedReading }>;
  /** the newest of each rule, key and window */
  notices: Map<string, Extract<UsageEntry, { type: 'notice' }>>;
  /** when something was last counted, ISO 8601 */
  countedAt: string | undefined;
}

export function emptyHistory(): UsageHistory {
  return {
    keys: new Map(),
    numbers: new Map(),
    days: new Map(),
    readings: new Map(),
    notices: new Map(),
    countedAt: undefined,
  };
}

/** Applies one entry. A run updates its history in memory with the same code that later reads the file. */
export function foldUsageEntry(history: UsageHistory, entry: UsageEntry): void {
  switch (entry.type) {
    case 'usage':
      return;
    case 'keys':
      for (const [n, hash, name, person] of entry.keys) {
        history.keys.set(n, { hash, name, person });
        history.numbers.set(hash, n);
      }
      return;
    case 'day':
      history.countedAt = entry.at;
      foldDay(history, entry);
      return;
    case 'reading':
      for (const row of entry.rows) history.readings.set(row[0], { at: entry.at, row });
      return;
    case 'notice':
      history.notices.set(`${entry.rule} ${entry.n} ${entry.window}`, entry);
  }
}

/** What is recorded about a key and a day; undefined if it was never asked. */
export function recordedDay(history: UsageHistory, hash: string, day: string): DayCount | undefined {
  const n = history.numbers.get(hash);
  return n === undefined ? undefined : history.days.get(day)?.[n];
}

function foldDay(history: UsageHistory, entry: Extract<UsageEntry, { type: 'day' }>): void {
  const { day, final, source, models, rows } = entry;
  const counts = history.days.get(day) ?? [];
  history.days.set(day, counts);
  const found = new Map<number, ModelCount[]>();
  for (const row of rows) {
    const before = found.get(row[0]);
    if (before) before.push(modelCount(row, models));
    else found.set(row[0], [modelCount(row, models)]);
  }
  const asked = entry.asked === 'all' ? history.keys.keys() : entry.asked;
  const nothing: DayCount = { final, source, rows: NOTHING };
  for (const n of asked) {
    const own = found.get(n);
    counts[n] = own ? { final, source, rows: own } : nothing;
  }
}

function modelCount(row: RecordedRow, models: readonly string[]): ModelCount {
  return {
    model: models[row[1]] ?? '?',
    cost: row[2],
    byok_cost: row[3],
    requests: row[4],
    tokens_prompt: row[5],
    tokens_completion: row[6],
    tokens_reasoning: row[7],
  };
}

/** Shared, because most keys spend nothing on most days. */
const NOTHING: readonly ModelCount[] = [];
