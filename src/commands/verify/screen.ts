import type { Context, Output } from '../../context.ts';
import { withoutTag } from '../../keys/key-name.ts';
import type { KeyVerdict } from '../../keys/key-verdict.ts';
import { formatUsd } from '../../money.ts';
import { plural } from '../../plural.ts';
import { contactOf, participantName } from '../../roster/participant-name.ts';
import { pickFields, plainValue } from '../../terminal/fields.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { renderTable, type Table, type TableColumn, tableWidth } from '../../terminal/table.ts';
import { formatUtc } from '../../terminal/time.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { ownerJson } from '../../views/key-json.ts';
import { keyEnd } from '../../views/key-table.ts';
import { type FailureGroup, type FixContext, failureGroups, failuresFirst, isIntended } from './failures.ts';
import type { VerifiedKey } from './verified-key.ts';

export const VERIFIED_FIELDS: readonly string[] = [
  ...['participant', 'name', 'hash', 'label', 'prefix', 'verdict', 'reason'],
  ...['limit', 'limit_remaining', 'limit_reset', 'usage', 'expires_at', 'planned'],
];

export interface VerifiedScreen {
  keys: readonly VerifiedKey[];
  fields: readonly string[] | undefined;
  /** also a table of all keys */
  allRows: boolean;
  fixes: FixContext;
}

/** Why keys fail, each reason with its keys and what to do, the worst first; then the number of keys that work. */
export function renderVerified(view: VerifiedScreen, ctx: Pick<Context, 'env' | 'stdout'>): string {
  const style = createStyle(ctx.env, ctx.stdout);
  const keys = failuresFirst(view.keys);
  const summary = summaryLine(keys, style);
  if (view.fields) return `${fieldTable(keys, view.fields, ctx, style)}\n${summary}\n`;
  const table = view.allRows ? `${renderTable(tableOf(keys), tableWidth(ctx.stdout), style.bold)}\n` : '';
  const groups = failureGroups(keys, view.fixes).map((group) => renderGroup(group, view.allRows, ctx.stdout));
  const isSaid = keys.length > 0 && keys.every(isIntended);
  const models = keys.some((key) => 'models' in key) ? `\n${modelTable(keys, ctx, style)}` : '';
  return `${table}${groups.map((group) => `${group}\n`).join('')}${isSaid ? '' : `${summary}\n`}${models}`;
}

function renderGroup({ keys, what, fix, isIntended }: FailureGroup, allRows: boolean, output: Output): string {
  const listed = isIntended ? [] : keys;
  const rows = listed.slice(0, output.isTTY && !allRows ? MAX_ON_A_TERMINAL : listed.length);
  const more = listed.length - rows.length;
  const lines = [
    visibleText(what),
    ...rows.map((key) => `  ${visibleText(rowOf(key))}`),
    ...(more > 0 ? [`  … and ${more} more; to list all, add --all-rows`] : []),
    ...(fix === undefined ? [] : [fix]),
  ];
  return `${lines.join('\n')}\n`;
}

const MAX_ON_A_TERMINAL = 20;

/** `Valdis Vēveris · valdis.veveris@example.org · …1c96` */
function rowOf({ key, participant, secret }: VerifiedKey): string {
  const person = participant ? [participantName(participant), contactOf(participant)].filter(Boolean) : [key.name];
  return [...person, keyEnd(secret.toString())].filter(Boolean).join(' · ');
}

function fieldTable(
  keys: readonly VerifiedKey[],
  fields: readonly string[],
  { stdout }: Pick<Context, 'stdout'>,
  { bold }: Style,
): string {
  const columns = fields.map((field) => ({ title: field.toUpperCase(), flexible: true }));
  return renderTable({ columns, rows: keys.map((key) => fieldCells(key, fields)) }, tableWidth(stdout), bold);
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
  { title: 'PARTICIPANT', flexible: true, cut: 'middle', minWidth: 11 },
  { title: 'EMAIL', flexible: true, minWidth: 12 },
  { title: 'KEY' },
  { title: 'VERDICT' },
  { title: 'LIMIT', align: 'right' },
  { title: 'REMAINING', align: 'right' },
  { title: 'EXPIRES (UTC)', dropOrder: 1 },
];

/** What OpenRouter tells each key; a long list is cut, the number is not. */
function modelTable(keys: readonly VerifiedKey[], { stdout }: Pick<Context, 'stdout'>, style: Style): string {
  const rows = keys.map(({ key, participant, models }) => [
    participant ? participantName(participant) : withoutTag(key.name),
    models ? String(models.length) : '?',
    (models ?? []).slice(0, MOST_MODELS).join(', ') + ((models?.length ?? 0) > MOST_MODELS ? ', …' : ''),
  ]);
  return renderTable({ columns: MODEL_COLUMNS, rows }, tableWidth(stdout), style.bold);
}

const MOST_MODELS = 3;
const MODEL_COLUMNS: readonly TableColumn[] = [
  { title: 'PARTICIPANT', flexible: true, cut: 'middle', minWidth: 11 },
  { title: 'MODELS', align: 'right' },
  { title: 'WHICH', flexible: true, minWidth: 20 },
];

/** Verdicts with a response. For the others there is only the journal, which does not record the remaining amount. */
const ANSWERED: ReadonlySet<KeyVerdict> = new Set(['works', 'changed', 'limit_reached']);

function tableOf(keys: readonly VerifiedKey[]): Table {
  const expires = keys.some(({ key }) => key.expires_at);
  return { columns: expires ? COLUMNS : COLUMNS.slice(0, -1), rows: keys.map(cells) };
}

function cells({ key, participant, secret, verdict }: VerifiedKey): string[] {
  return [
    participant ? participantName(participant) : withoutTag(key.name),
    participant?.emails[0] ?? '',
    keyEnd(secret.toString()),
    verdict.replace('_', ' '),
    formatUsd(key.limit),
    ANSWERED.has(verdict) && key.limit !== null ? formatUsd(key.limit_remaining ?? undefined) : '',
    key.expires_at ? formatUtc(key.expires_at) : '',
  ];
}

function fieldCells(key: VerifiedKey, fields: readonly string[]): string[] {
  const data = { ...dataOf(key), participant: key.participant ? participantName(key.participant) : '' };
  return Object.values(pickFields(data, fields)).map(plainValue);
}

function dataOf({ key, secret, prefix, participant, planned, verdict, reason, ...more }: VerifiedKey) {
  return {
    ...ownerJson(participant),
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
    ...('models' in more ? { models: more.models ?? null } : {}),
  };
}

function summaryLine(keys: readonly VerifiedKey[], style: Style): string {
  const works = keys.filter(({ verdict }) => verdict === 'works').length;
  const disabled = keys.filter(isIntended).length;
  const failed = keys.length - works - disabled;
  if (works === keys.length) return style.green(`${works === 1 ? 'The key works' : `All ${works} keys work`}.`);
  if (failed === 0) return `${works} of ${plural(keys.length, 'key')} work, ${disabled} disabled.`;
  const rest = disabled === 0 ? '' : `, ${disabled} disabled`;
  return style.red(`${failed} of ${plural(keys.length, 'key')} failed${rest}.`);
}
