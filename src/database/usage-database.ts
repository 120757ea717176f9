import type { DayEntry, UsageTables } from '../usage/usage-tables.ts';
import { newDatabase } from './sqlite.ts';
import { USAGE_SCHEMA } from './usage-schema.ts';

export interface UsageDatabase {
  /** a complete, closed SQLite database: put in place by a rename, it can be read at any time */
  bytes: Uint8Array;
  /** days that were left out, the oldest ones, because there are too many rows */
  daysLeftOut: number;
}

/** More rows take more memory than the rest of the program, and SQLite's is at most 2 GB. */
export const MOST_DAY_ROWS = 1_000_000;

/** The tables as an SQLite database. The same tables give the same bytes. */
export async function writeUsageDatabase(tables: UsageTables, most = MOST_DAY_ROWS): Promise<UsageDatabase> {
  const { rows, daysLeftOut } = newest(tables.days, most);
  const database = await newDatabase();
  try {
    database.run(USAGE_SCHEMA);
    const insert = (table: string, values: Iterable<readonly SqliteValue[]>) => {
      let statement: ReturnType<typeof database.prepare> | undefined;
      for (const row of values) {
        statement ??= database.prepare(`INSERT INTO ${table} VALUES (${row.map(() => '?').join()})`);
        statement.run([...row]);
      }
      statement?.free();
    };
    database.run('BEGIN');
    insert('meta', Object.entries({ ...tables.meta, personal_data: PERSONAL_DATA, ...leftOutText(daysLeftOut) }));
    insert(
      'person',
      tables.persons.map(({ id, row, name, surname, email, group, tier }) => [
        id,
        row,
        name,
        surname,
        email,
        group,
        tier,
      ]),
    );
    insert(
      'key',
      tables.keys.map(({ id, hash, name, person, limit, limit_reset, disabled, deleted }) => [
        ...[id, hash, name, person],
        ...limitColumns(limit),
        ...[limit_reset, bit(disabled), bit(deleted)],
      ]),
    );
    insert(
      'model',
      tables.models.map(({ id, slug }) => [id, slug]),
    );
    insert('usage_day', dayRows(rows));
    insert(
      'reading',
      Array.from(tables.readings, ({ at, key, usage, byok_usage, limit, limit_remaining, disabled }) => [
        ...[at, key, usage, byok_usage],
        ...limitColumns(limit),
        ...[limit_remaining, bit(disabled)],
      ]),
    );
    insert(
      'notice',
      Array.from(tables.notices, ({ at, rule, key, state, value, threshold, acted }) => [
        at,
        rule,
        key,
        state,
        value,
        threshold,
        acted,
      ]),
    );
    database.run('COMMIT');
    return { bytes: database.export(), daysLeftOut };
  } finally {
    database.close();
  }
}

type SqliteValue = string | number | null;

const PERSONAL_DATA =
  'This database says who used which models, when and how much. Share it only with people who need to know.';

function leftOutText(days: number): Record<string, string> {
  return days === 0 ? {} : { days_left_out: `${days}: the oldest, because there are too many rows` };
}

/** The newest days that fit, each whole. */
function newest(days: readonly DayEntry[], most: number): { rows: readonly DayEntry[]; daysLeftOut: number } {
  if (days.length <= most) return { rows: days, daysLeftOut: 0 };
  const counts = new Map<string, number>();
  for (const [day] of days) counts.set(day, (counts.get(day) ?? 0) + 1);
  const kept = new Set<string>();
  let room = most;
  for (const [day, count] of [...counts].sort(([a], [b]) => (a < b ? 1 : -1))) {
    room -= count;
    if (room < 0) break;
    kept.add(day);
  }
  return { rows: days.filter(([day]) => kept.has(day)), daysLeftOut: counts.size - kept.size };
}

function* dayRows(days: readonly DayEntry[]): Generator<SqliteValue[]> {
  for (const [day, key, model, cost, byok, requests, prompt, completion, reasoning, final] of days) {
    yield [day, key, model, cost, byok, requests, prompt, completion, reasoning, bit(final)];
  }
}

/** `lim` and `unlimited` */
function limitColumns(limit: number | 'unlimited' | null): SqliteValue[] {
  if (limit === 'unlimited') return [null, 1];
  return [limit, limit === null ? null : 0];
}

function bit(value: boolean | null): number | null {
  return value === null ? null : Number(value);
}
