import type { Participant } from '../roster/participant.ts';
import type { Spender, SpenderKey } from './spenders.ts';
import type { RecordedReading, UsageEntry } from './usage-entry.ts';
import { emptyHistory, foldUsageEntry, type UsageHistory } from './usage-history.ts';
import type { DayEntry, KeyEntry, NoticeEntry, PersonEntry, ReadingEntry, UsageTables } from './usage-tables.ts';

/** All that usage.jsonl holds: what it adds up to, and each reading and notice. */
export interface WholeHistory {
  history: UsageHistory;
  readings: { at: string; rows: readonly RecordedReading[] }[];
  notices: Extract<UsageEntry, { type: 'notice' }>[];
}

export function emptyWholeHistory(): WholeHistory {
  return { history: emptyHistory(), readings: [], notices: [] };
}

/** Applies one entry. */
export function foldWholeHistory(whole: WholeHistory, entry: UsageEntry): void {
  foldUsageEntry(whole.history, entry);
  if (entry.type === 'reading') whole.readings.push({ at: entry.watched_at ?? entry.at, rows: entry.rows });
  if (entry.type === 'notice') whole.notices.push(entry);
}

/** What is shown of a person and of a key: as it is, or masked. */
export interface Labels {
  participant(spender: Spender): Participant | null;
  key(key: SpenderKey, spender: Spender): { name: string; hash: string };
}

/** Everything that is recorded of workshops, as tables; people and keys without recorded usage too. */
export function buildTables(
  workshops: readonly { spenders: readonly Spender[]; whole: WholeHistory }[],
  meta: Readonly<Record<string, string>>,
  labels: Labels,
): UsageTables {
  const models = new Map<string, number>();
  const modelId = (slug: string) => {
    const id = models.get(slug) ?? models.size + 1;
    models.set(slug, id);
    return id;
  };
  const persons: PersonEntry[] = [];
  const keys: KeyEntry[] = [];
  const days: DayEntry[] = [];
  // The last one of a key and a time: clocks can go back.
  const readings = new Map<string, ReadingEntry>();
  const notices: NoticeEntry[] = [];
  for (const { spenders, whole } of workshops) {
    const ids = new Map<string, number>();
    for (const spender of spenders) {
      const person = spender.participant ? persons.length + 1 : null;
      const shown = labels.participant(spender);
      if (person !== null) persons.push(personEntry(person, shown));
      for (const key of spender.keys) {
        const id = keys.length + 1;
        ids.set(key.hash, id);
        keys.push({ ...keyEntry(key, id, person), ...labels.key(key, spender) });
      }
    }
    const { history } = whole;
    const idOf = (n: number) => ids.get(history.keys.get(n)?.hash ?? NO_KEY);
    for (const [day, counts] of [...history.days].sort(([a], [b]) => (a < b ? -1 : 1))) {
      for (const n of history.keys.keys()) {
        const key = idOf(n);
        const count = counts[n];
        if (key === undefined || count === undefined) continue;
        const { final, rows } = count;
        for (const row of rows) {
          const { cost, byok_cost, requests, tokens_prompt, tokens_completion, tokens_reasoning } = row;
          days.push([
            ...([day, key, modelId(row.model), cost, byok_cost, requests] as const),
            ...([tokens_prompt, tokens_completion, tokens_reasoning, final] as const),
          ]);
        }
      }
    }
    for (const { at, rows } of whole.readings) {
      for (const row of rows) {
        const key = idOf(row[0]);
        if (key !== undefined) readings.set(`${key} ${at}`, readingEntryOf(at, key, row));
      }
    }
    for (const { at, rule, n, state, value, threshold, acted } of whole.notices) {
      const key = n === null ? null : idOf(n);
      if (key !== undefined) notices.push({ at, rule, key, state, value, threshold, acted: acted ? 'disabled' : null });
    }
  }
  return {
    meta,
    persons,
    keys,
    models: [...models].map(([slug, id]) => ({ id, slug })),
    days,
    readings: readings.values(),
    notices,
  };
}

/** No hash is empty. */
const NO_KEY = '';

function personEntry(id: number, participant: Participant | null): PersonEntry {
  const { row, name, surname, emails, group, tier } = participant ?? {};
  return {
    ...{ id, row: row ?? null, name: name ?? null, surname: surname ?? null },
    ...{ email: emails?.join('; ') ?? null, group: group ?? null, tier: tier ?? null },
  };
}

function keyEntry({ hash, name, deleted, last }: SpenderKey, id: number, person: number | null): KeyEntry {
  const { limit, limit_reset, disabled } = last ?? {};
  return {
    ...{ id, hash, name, person, deleted, disabled: disabled ?? null },
    limit: limit === null ? 'unlimited' : (limit ?? null),
    limit_reset: limit_reset ?? null,
  };
}

function readingEntryOf(at: string, key: number, row: RecordedReading): ReadingEntry {
  const [, usage, byok_usage, limit, limit_remaining, disabled] = row;
  return {
    ...{ at, key, usage, byok_usage, limit_remaining, disabled },
    limit: limit === null ? 'unlimited' : limit === '?' ? null : limit,
  };
}
