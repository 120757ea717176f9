import type { Context } from '../../context.ts';
import type { RememberedKey } from '../../journal/attempt.ts';
import type { KeyVerdict, PlannedKey } from '../../keys/key-verdict.ts';
import type { Candidate } from '../../keys/select-keys.ts';
import { formatUsd } from '../../money.ts';
import { plural } from '../../plural.ts';
import { participantName } from '../../roster/participant-name.ts';
import type { Secret } from '../../secret.ts';
import { pickFields, plainValue } from '../../terminal/fields.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { renderTable, type TableColumn, tableWidth } from '../../terminal/table.ts';
import { formatUtc } from '../../terminal/time.ts';
import { participantJson } from '../../views/key-json.ts';

export interface VerifiedKey extends Candidate<RememberedKey> {
  secret: Secret;
  /** of its workshop */
  prefix: string;
  planned: PlannedKey;
  verdict: KeyVerdict;
  reason: string | undefined;
}

export const VERIFIED_FIELDS: readonly string[] = [
  ...['participant', 'name', 'hash', 'label', 'prefix', 'verdict', 'reason'],
  ...['limit', 'limit_remaining', 'limit_reset', 'usage', 'expires_at', 'planned'],
];

/** One line per key, then the number of keys that work. */
export function renderVerified(
  keys: readonly VerifiedKey[],
  fields: readonly string[] | undefined,
  ctx: Pick<Context, 'env' | 'stdout'>,
): string {
  const style = createStyle(ctx.env, ctx.stdout);
  const columns = fields ? fields.map((field) => ({ title: field.toUpperCase(), flexible: true })) : COLUMNS;
  const rows = keys.map((key) => (fields ? fieldCells(key, fields) : cells(key)));
  return `${renderTable({ columns, rows }, tableWidth(ctx.stdout), style.bold)}\n${summaryLine(keys, style)}\n`;
}

export interface VerifiedListView {
  sandbox: boolean;
  notes: readonly string[];
  fields: readonly string[] | undefined;
}

/** The same as JSON, with masked secrets. */
export function verifiedJson(keys: readonly VerifiedKey[], { sandbox, notes, fields }: VerifiedListView) {
  const works = keys.filter(({ verdict }) => verdict === 'works').length;
  return {
    version: 1,
    command: 'verify',
    sandbox,
    keys: keys.map((key) => pickFields(dataOf(key), fields)),
    totals: { count: keys.length, works, failed: keys.length - works },
    notes,
  };
}

const COLUMNS: readonly TableColumn[] = [
  { title: 'PARTICIPANT', flexible: true, minWidth: 11 },
  { title: 'KEY NAME', flexible: true, minWidth: 16 },
  { title: 'VERDICT' },
  { title: 'LIMIT', align: 'right' },
  { title: 'REMAINING', align: 'right' },
  { title: 'EXPIRES (UTC)', flexible: true, minWidth: 10 },
  { title: 'REASON', flexible: true, minWidth: 16 },
];

/** Verdicts with a response. For the others there is only the journal, which does not record the remaining amount. */
const ANSWERED: ReadonlySet<KeyVerdict> = new Set(['works', 'changed', 'limit_reached']);

function cells({ key, participant, verdict, reason }: VerifiedKey): string[] {
  return [
    participant ? participantName(participant) : '',
    key.name,
    verdict.replace('_', ' '),
    formatUsd(key.limit),
    ANSWERED.has(verdict) && key.limit !== null ? formatUsd(key.limit_remaining ?? undefined) : '',
    key.expires_at ? formatUtc(key.expires_at) : '',
    reason ?? '',
  ];
}

function fieldCells(key: VerifiedKey, fields: readonly string[]): string[] {
  const data = { ...dataOf(key), participant: key.participant ? participantName(key.participant) : '' };
  return Object.values(pickFields(data, fields)).map(plainValue);
}

function dataOf({ key, secret, prefix, participant, planned, verdict, reason }: VerifiedKey) {
  return {
    participant: participantJson(participant),
    name: key.name,
    hash: key.hash ?? null,
    label: secret.toString(),
    prefix,
    verdict,
    reason: reason ?? null,
    limit: key.limit ?? null,
    limit_remaining: key.limit_remaining ?? null,
    limit_reset: key.limit_reset ?? null,
    usage: key.usage ?? null,
    expires_at: key.expires_at ?? null,
    planned,
  };
}

function summaryLine(keys: readonly VerifiedKey[], style: Style): string {
  const failed = keys.filter(({ verdict }) => verdict !== 'works').length;
  if (failed === 0) return style.green(`${keys.length === 1 ? 'The key works' : `All ${keys.length} keys work`}.`);
  return style.red(`${failed} of ${plural(keys.length, 'key')} failed.`);
}
