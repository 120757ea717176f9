import type { Context, Output } from '../context.ts';
import type { Change, Outcome } from '../plan/change.ts';
import { formatUsd } from './money.ts';
import { count } from './provision-plan.ts';
import type { ShownFile } from './provision-summary.ts';
import { createStyle } from './style.ts';
import { renderTable, tableWidth } from './table.ts';
import { visibleText } from './visible-text.ts';

export interface RevokeView {
  prefix: string;
  changes: readonly Change[];
  /** undefined in a dry run */
  outcomes: readonly Outcome[] | undefined;
}

/** What would go: names, what each spent, and the sum. */
export function renderRevokePlan(
  prefix: string,
  changes: readonly Change[],
  output: Output,
  ctx: Pick<Context, 'env'>,
): string {
  if (changes.length === 0) return `No keys with the prefix ${visibleText(prefix)}: nothing to revoke.\n`;
  const rows = changes.map((change) => [nameOf(change), formatUsd(spentOf(change))]);
  const columns = [
    { title: 'KEY NAME', flexible: true, minWidth: 20 },
    { title: 'SPENT', align: 'right' },
  ] as const;
  const { bold } = createStyle(ctx.env, output);
  const table = renderTable({ columns, rows }, tableWidth(output), bold);
  return `${table}\n${count(changes.length, 'key')} to delete, ${formatUsd(sum(changes))} were spent with them.\n`;
}

export function renderRevoked(
  view: RevokeView & { files: readonly ShownFile[] },
  ctx: Pick<Context, 'env' | 'stdout'>,
): string {
  const { outcomes = [], files, prefix } = view;
  const deleted = outcomes.filter(({ result }) => result === 'done').length;
  const gone = outcomes.filter(({ result }) => result === 'gone').length;
  const open = outcomes.filter(({ result }) => result !== 'done' && result !== 'gone');
  let text = `${count(deleted, 'key')} deleted${gone > 0 ? `, ${gone} were gone already` : ''}.\n`;
  if (open.length > 0) {
    const { bold } = createStyle(ctx.env, ctx.stdout);
    const rows = open.map(({ change, result, reason }) => [nameOf(change), result, reason ?? '']);
    const columns = [{ title: 'LEFT', flexible: true, minWidth: 20 }, { title: 'WHY' }, { title: '', flexible: true }];
    text += `${renderTable({ columns, rows }, tableWidth(ctx.stdout), bold)}\nRun the same command again (prefix ${visibleText(prefix)}).\n`;
  }
  for (const { path, failed } of files) {
    if (failed !== undefined) text += `${visibleText(path)}: ${visibleText(failed)}\n`;
  }
  return text;
}

export function revokeJson({ prefix, changes, outcomes }: RevokeView) {
  const keys = outcomes
    ? outcomes.map(({ change, result, reason }) => ({ ...row(change), result, reason: reason ?? null }))
    : changes.map((change) => ({ ...row(change), result: 'planned', reason: null }));
  return { version: 1, dry_run: outcomes === undefined, prefix, keys, usage: sum(changes) };
}

function row(change: Change) {
  return { name: nameOf(change), hash: 'hash' in change ? change.hash : null, usage: spentOf(change) ?? null };
}

function nameOf(change: Change): string {
  return 'name' in change ? change.name : change.kind === 'create' ? change.stem : change.tag;
}

/** USD over the key's life */
function spentOf(change: Change): number | undefined {
  return 'before' in change ? change.before.usage : undefined;
}

function sum(changes: readonly Change[]): number {
  return changes.reduce((total, change) => total + (spentOf(change) ?? 0), 0);
}
