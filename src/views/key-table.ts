import type { Context } from '../context.ts';
import type { AccountKey } from '../keys/account-key.ts';
import { withoutTag } from '../keys/key-name.ts';
import { keyStatus } from '../keys/key-status.ts';
import type { Candidate } from '../keys/select-keys.ts';
import { formatUsd, sumUsd } from '../money.ts';
import { plural } from '../plural.ts';
import { contactOf, participantName } from '../roster/participant-name.ts';
import { pickFields, plainValue } from '../terminal/fields.ts';
import { createStyle } from '../terminal/style.ts';
import { renderTable, type Table, type TableColumn, tableWidth } from '../terminal/table.ts';
import { formatInstant, formatUtc } from '../terminal/time.ts';
import { wrapLines } from '../terminal/wrap.ts';
import { accountKeyJson, ownerJson } from './key-json.ts';

/** The values of `--fields`: the fields of a key in the JSON output. */
export const KEY_FIELDS: readonly string[] = [
  ...['participant', 'prefix', 'name', 'hash', 'label', 'status', 'disabled'],
  ...['limit', 'limit_remaining', 'limit_reset', 'include_byok_in_limit'],
  ...['usage', 'usage_daily', 'usage_weekly', 'usage_monthly', 'byok_usage'],
  ...['created_at', 'updated_at', 'expires_at', 'last_used_at', 'creator_user_id', 'workspace_id'],
];

/** The keys on the account as a table with totals; with `fields`, only these fields, unformatted. `wide`: key names in full. */
export function renderKeys(
  listed: readonly Candidate[],
  ctx: Pick<Context, 'env' | 'stdout' | 'now'>,
  { fields, wide }: { fields: readonly string[] | undefined; wide: boolean },
): string {
  if (listed.length === 0) return 'No keys found.\n';
  const now = ctx.now();
  if (fields) return renderFields(listed, fields, ctx);
  const someKnown = listed.some(({ participant }) => participant !== null);
  const rows = listed.map(({ key, participant }) => [
    ...(someKnown ? [participant ? participantName(participant) : ''] : []),
    key.name,
    key.label ?? '',
    keyStatus(key, now),
    formatUsd(key.limit),
    formatUsd(key.usage),
    key.limit === null ? '' : formatUsd(key.limit_remaining ?? undefined),
    key.limit_reset ?? '',
    key.expires_at ? formatUtc(key.expires_at) : '',
    key.created_at ? formatUtc(key.created_at) : '',
  ]);
  const { bold } = createStyle(ctx.env, ctx.stdout);
  const columns = wide ? COLUMNS.map(withFullNames) : COLUMNS;
  const whole = { columns: someKnown ? [PARTICIPANT, ...columns] : columns, rows };
  const table = ctx.stdout.isTTY ? withoutEmptyColumns(whole) : whole;
  const totals = wrapLines(totalsLine(listed.map(({ key }) => key)), ctx.stdout);
  return `${renderTable(table, tableWidth(ctx.stdout), bold)}\n${totals}\n`;
}

/** The keys of one workshop: whose they are, how they end, and what they may spend. Fits 80 cells. */
export function renderWorkshopKeys(listed: readonly Candidate[], ctx: Pick<Context, 'env' | 'stdout' | 'now'>): string {
  if (listed.length === 0) return 'No keys found.\n';
  const now = ctx.now();
  const rows = listed.map(({ key, participant }) => [
    participant ? participantName(participant) : withoutTag(key.name),
    contactOf(participant),
    keyEnd(key.label),
    keyStatus(key, now),
    formatUsd(key.limit),
    formatUsd(key.usage),
    key.limit === null ? '' : formatUsd(key.limit_remaining ?? undefined),
  ]);
  const { bold } = createStyle(ctx.env, ctx.stdout);
  const totals = wrapLines(totalsLine(listed.map(({ key }) => key)), ctx.stdout);
  return `${renderTable({ columns: WORKSHOP_COLUMNS, rows }, tableWidth(ctx.stdout), bold)}\n${totals}\n`;
}

/** The last four characters of a masked secret, by which people recognize their key: `…1c96`. */
export function keyEnd(label: string | undefined): string {
  const end = /[0-9A-Za-z]{1,4}$/.exec(label ?? '')?.[0];
  return end === undefined ? '' : `…${end}`;
}

/** A key with its participant as JSON; money in USD. `participant` and `prefix` (of the workshop) are null if no journal on this computer has the key. */
export function keyRowJson({ key, participant, home }: Candidate, now: Date) {
  const { name, hash, label, ...rest } = accountKeyJson(key);
  return {
    ...ownerJson(participant),
    prefix: home ?? null,
    name,
    hash,
    label,
    status: keyStatus(key, now),
    ...rest,
  };
}

function renderFields(
  listed: readonly Candidate[],
  fields: readonly string[],
  ctx: Pick<Context, 'env' | 'stdout' | 'now'>,
): string {
  const now = ctx.now();
  const columns = fields.map((field) => ({ title: field.toUpperCase(), flexible: true }));
  const rows = listed.map((candidate) => {
    const data = {
      ...keyRowJson(candidate, now),
      participant: candidate.participant ? participantName(candidate.participant) : '',
    };
    return Object.values(pickFields(data, fields)).map(plainValue);
  });
  return renderTable({ columns, rows }, tableWidth(ctx.stdout), createStyle(ctx.env, ctx.stdout).bold);
}

/** On a terminal, the room is better used by the other columns. */
function withoutEmptyColumns({ columns, rows }: Table): Table {
  const used = columns.map((_, at) => rows.some((row) => row[at] !== ''));
  const kept = <T>(cells: readonly T[]) => cells.filter((_, at) => used[at]);
  return { columns: kept(columns), rows: rows.map(kept) };
}

const PARTICIPANT: TableColumn = { title: 'PARTICIPANT', flexible: true, cut: 'middle', minWidth: 11 };

const WORKSHOP_COLUMNS: readonly TableColumn[] = [
  PARTICIPANT,
  { title: 'EMAIL', flexible: true, minWidth: 12, dropOrder: 1 },
  { title: 'KEY' },
  { title: 'STATUS' },
  { title: 'LIMIT', align: 'right' },
  { title: 'SPENT', align: 'right' },
  { title: 'REMAINING', align: 'right' },
];

const COLUMNS: readonly TableColumn[] = [
  { title: 'KEY NAME', flexible: true, cut: 'middle', minWidth: 20 },
  { title: 'SECRET', flexible: true, cut: 'middle', minWidth: 14, dropOrder: 3 },
  { title: 'STATUS' },
  { title: 'LIMIT', align: 'right' },
  { title: 'SPENT', align: 'right' },
  { title: 'REMAINING', align: 'right', dropOrder: 2 },
  { title: 'RESET', dropOrder: 4 },
  { title: 'EXPIRES (UTC)', flexible: true, minWidth: 10, dropOrder: 1 },
  { title: 'CREATED (UTC)', flexible: true, minWidth: 10, dropOrder: 5 },
];

/** Other columns make room. */
function withFullNames(column: TableColumn): TableColumn {
  return column.title === 'KEY NAME' ? { ...column, wantedWidth: MOST_NAME_CELLS } : column;
}

const MOST_NAME_CELLS = 60;

export function totals(keys: readonly AccountKey[]) {
  return {
    count: keys.length,
    /** of the keys with a limit */
    limit: sumUsd(keys.map((key) => key.limit)),
    unlimited: keys.filter((key) => key.limit === null).length,
    usage: sumUsd(keys.map((key) => key.usage)),
    limit_remaining: sumUsd(keys.map((key) => key.limit_remaining)),
  };
}

function totalsLine(keys: readonly AccountKey[]): string {
  const { count, limit, unlimited, usage, limit_remaining } = totals(keys);
  const noLimit = unlimited > 0 ? ` (${unlimited} without a limit)` : '';
  const spent = `total spent ${formatUsd(usage)}, remaining ${formatUsd(limit_remaining)}`;
  return `${plural(count, 'key')}, total limit ${formatUsd(limit)}${noLimit}, ${spent}${expirations(keys)}`;
}

/** `3 keys expire 2026-03-09 09:00 UTC`, as a line of its own; several times are the first and the last */
function expirations(keys: readonly AccountKey[]): string {
  const expiring = keys.flatMap(({ expires_at }) => expires_at ?? []);
  const times = [...new Set(expiring.map(formatUtc))].sort();
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return '';
  const when = first === last ? formatInstant(expiring[0] ?? first) : `between ${first} and ${last} UTC`;
  return `\n${plural(expiring.length, 'key')} ${expiring.length === 1 ? 'expires' : 'expire'} ${when}`;
}
