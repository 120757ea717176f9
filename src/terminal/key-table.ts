import type { Context } from '../context.ts';
import type { AccountKey } from '../plan/account-key.ts';
import { formatUsd } from './money.ts';
import { createStyle } from './style.ts';
import { renderTable, type TableColumn, tableWidth } from './table.ts';
import { formatUtc } from './time.ts';

export type KeyStatus = 'active' | 'disabled' | 'expired';

/** What a key can do now. */
export function keyStatus(key: AccountKey, now: Date): KeyStatus {
  if (key.expires_at && new Date(key.expires_at) <= now) return 'expired';
  return key.disabled === true ? 'disabled' : 'active';
}

/** The account's keys as a table with totals. */
export function renderKeys(keys: readonly AccountKey[], ctx: Pick<Context, 'env' | 'stdout' | 'now'>): string {
  if (keys.length === 0) return 'No keys.\n';
  const now = ctx.now();
  const rows = keys.map((key) => [
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
  return `${renderTable({ columns: COLUMNS, rows }, tableWidth(ctx.stdout), bold)}\n${totalsLine(keys)}\n`;
}

/** The same as data; money in USD. */
export function keysJson(keys: readonly AccountKey[], complete: boolean, now: Date) {
  return {
    version: 1,
    complete,
    keys: keys.map((key) => ({ ...key, status: keyStatus(key, now) })),
    totals: totals(keys),
  };
}

const COLUMNS: readonly TableColumn[] = [
  { title: 'NAME', flexible: true, minWidth: 16 },
  { title: 'SECRET', flexible: true },
  { title: 'STATUS' },
  { title: 'LIMIT', align: 'right' },
  { title: 'USED', align: 'right' },
  { title: 'LEFT', align: 'right' },
  { title: 'RESET' },
  { title: 'EXPIRES (UTC)', flexible: true, minWidth: 10 },
  { title: 'CREATED (UTC)', flexible: true, minWidth: 10 },
];

function totals(keys: readonly AccountKey[]) {
  const sum = (amounts: readonly (number | null | undefined)[]) =>
    amounts.reduce<number>((total, amount) => total + (amount ?? 0), 0);
  return {
    count: keys.length,
    /** of the keys that have one */
    limit: sum(keys.map((key) => key.limit)),
    unlimited: keys.filter((key) => key.limit === null).length,
    usage: sum(keys.map((key) => key.usage)),
    limit_remaining: sum(keys.map((key) => key.limit_remaining)),
  };
}

function totalsLine(keys: readonly AccountKey[]): string {
  const { count, limit, unlimited, usage, limit_remaining } = totals(keys);
  const noLimit = unlimited > 0 ? ` (${unlimited} without a limit)` : '';
  return `${count} ${count === 1 ? 'key' : 'keys'}, limits ${formatUsd(limit)}${noLimit}, used ${formatUsd(usage)}, left ${formatUsd(limit_remaining)}`;
}
