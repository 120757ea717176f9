import type { AccountKey } from '../keys/account-key.ts';
import { addSample, beginsAnew } from './last-hour.ts';
import { keysEntry, type NewUsageEntry, readingEntry } from './record-usage.ts';
import type { RecordedReading, UsageEntry } from './usage-entry.ts';
import { emptyHistory, foldUsageEntry, type UsageHistory } from './usage-history.ts';
import { ruleId } from './watch-rules.ts';
import { emptyWatchState, forgetNotice, noticeId, type Told, type WatchState } from './watch-state.ts';
import type { WatchReading } from './watch-step.ts';

/** What usage.jsonl tells a watch: it remembers the same whether it runs on or is started every few minutes. */
export interface WatchMemory {
  state: WatchState;
  /** numbers and last counters of the keys */
  history: UsageHistory;
  totalSince: number | undefined;
}

/** `totalSince`: as in WatchConfig */
export function emptyWatchMemory(totalSince?: number): WatchMemory {
  return { state: emptyWatchState(), history: emptyHistory(), totalSince };
}

/** A notice as it goes into the log. */
export interface NoticeChange {
  told: Told;
  state: 'raised' | 'cleared';
  acted: boolean;
}

/** A reading and what was told after it, as entries. Each must be applied to the history before the next is taken. */
export function* watchEntries(
  history: UsageHistory,
  reading: WatchReading,
  notices: readonly NoticeChange[],
  personOf: (key: AccountKey) => string | null,
): Generator<NewUsageEntry> {
  const fresh = reading.keys.filter(({ hash }) => !history.numbers.has(hash));
  yield* keysEntry(
    history,
    fresh.map((key) => ({ hash: key.hash, name: key.name, person: personOf(key) })),
  );
  const [counters] = readingEntry(history, reading.keys);
  const rows = counters?.type === 'reading' ? counters.rows : [];
  yield { type: 'reading', rows, watched_at: new Date(reading.at).toISOString() };
  for (const { told, state, acted } of notices) {
    const { rule, key, window, value, threshold } = told;
    yield {
      ...{ type: 'notice', rule: ruleId(rule), window, state, value },
      n: key ? (history.numbers.get(key.hash) ?? null) : null,
      // A share of no limit is infinite, which JSON cannot hold.
      threshold: Number.isFinite(threshold) ? threshold : value,
      ...(acted ? { acted } : {}),
    };
  }
}

/** Applies one entry of usage.jsonl, as far as a watch has to know it in order to add to it. */
export function foldRecorded(history: UsageHistory, entry: UsageEntry): void {
  // What was spent on which day is for reports.
  if (entry.type !== 'day') foldUsageEntry(history, entry);
}

/** Applies one entry of usage.jsonl. */
export function foldWatchEntry(memory: WatchMemory, entry: UsageEntry): void {
  const { state, history } = memory;
  foldRecorded(history, entry);
  if (entry.type === 'reading') foldBaseline(memory, Date.parse(entry.watched_at ?? entry.at), entry.rows);
  if (entry.type === 'reading' && entry.watched_at !== undefined) {
    foldReading(state, history, Date.parse(entry.watched_at), entry.rows);
  }
  if (entry.type === 'notice') foldNotice(state, history, entry);
}

/** Any reading tells what a key had spent by then, also that of a report. */
function foldBaseline({ state, history, totalSince }: WatchMemory, at: number, rows: readonly RecordedReading[]): void {
  if (totalSince === undefined) return;
  for (const [n, usage] of rows) {
    const hash = history.keys.get(n)?.hash;
    if (hash === undefined || usage === null || (at > totalSince && state.baseline.has(hash))) continue;
    state.baseline.set(hash, usage);
  }
}

/**
 * Only counters that changed are recorded; those of the other keys were the same, and their samples too, unless nobody looked for so
 * long that all begin anew. A log of months has so many readings that each may cost only what it tells.
 */
function foldReading(state: WatchState, history: UsageHistory, at: number, rows: readonly RecordedReading[]): void {
  const before = state.readAt;
  if (Number.isNaN(at) || (before !== undefined && at <= before)) return;
  if (beginsAnew(at, before)) {
    for (const [hash, samples] of state.samples) {
      const last = samples.at(-1);
      if (last) state.samples.set(hash, addSample(samples, { at, usage: last.usage }, before));
    }
  }
  for (const [n, usage] of rows) {
    const hash = history.keys.get(n)?.hash;
    if (hash === undefined) continue;
    const samples = usage === null ? [] : addSample(state.samples.get(hash) ?? [], { at, usage }, before);
    state.samples.set(hash, samples);
  }
  state.readAt = at;
}

function foldNotice(
  state: WatchState,
  history: UsageHistory,
  { rule, n, window, state: now, acted }: Extract<UsageEntry, { type: 'notice' }>,
): void {
  const hash = n === null ? undefined : history.keys.get(n)?.hash;
  if (n !== null && hash === undefined) return;
  const id = noticeId(rule, hash);
  if (now === 'raised') state.raised.set(id, { window, acted: acted === true });
  else forgetNotice(state, id);
}
