import type { Context } from '../context.ts';
import type { AccountKey } from '../plan/account-key.ts';
import { keyStatus } from '../plan/key-status.ts';
import type { Candidate } from '../plan/select-keys.ts';
import type { Participant } from '../roster/participant.ts';
import { formatUsd } from './money.ts';
import { createStyle } from './style.ts';
import { renderTable, type TableColumn, tableWidth } from './table.ts';
import { formatUtc } from './time.ts';

/** The account's keys as a table with totals. */
export function renderKeys(listed: readonly Candidate[], ctx: Pick<Context, 'env' | 'stdout' | 'now'>): string {
  if (listed.length === 0) return 'No keys.\n';
  const now = ctx.now();
  const someKnown = listed.some(({ participant }) => participant !== null);
  const rows = listed.map(({ key, participant }) => [
    ...(someKnown ? [participantText(participant)] : []),
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
  const columns = someKnown ? [PARTICIPANT, ...COLUMNS] : COLUMNS;
  return `${renderTable({ columns, rows }, tableWidth(ctx.stdout), bold)}\n${totalsLine(listed.map(({ key }) => key))}\n`;
}

/** The same as data; money in USD. `participant` is null where no journal here knows whose key it is. */
export function keysJson(listed: readonly Candidate[], complete: boolean, now: Date) {
  return {
    version: 1,
    complete,
    keys: listed.map(({ key, participant }) => ({
      ...key,
      status: keyStatus(key, now),
      participant: participantJson(participant),
    })),
    totals: totals(listed.map(({ key }) => key)),
  };
}

/** Whose a key is, as it stands in every command's JSON. */
export function participantJson(participant: Participant | null) {
  if (!participant) return null;
  const { name, surname, emails, group, id } = participant;
  return { name, surname, emails, group: group ?? null, id: id ?? null };
}

function participantText(participant: Participant | null): string {
  if (!participant) return '';
  return `${participant.name} ${participant.surname}`.trim() || (participant.emails[0] ?? '');
}

const PARTICIPANT: TableColumn = { title: 'PARTICIPANT', flexible: true, minWidth: 11 };

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
