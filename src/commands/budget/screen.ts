import type { Context, Output } from '../../context.ts';
import type { CliError } from '../../errors.ts';
import type { Undone, Workspace } from '../../keys/account-key.ts';
import type { Budgets } from '../../keys/budgets-api.ts';
import { formatUsd } from '../../money.ts';
import type { BudgetChange } from '../../plan/plan-budgets.ts';
import { plural } from '../../plural.ts';
import { renderNext } from '../../terminal/next-step.ts';
import { createStyle } from '../../terminal/style.ts';
import { renderTable, tableWidth } from '../../terminal/table.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { titledLine } from '../../terminal/wrap.ts';
import { stoppedJson } from '../../views/key-json.ts';
import { type Service, serviceLine } from '../../views/service-line.ts';

/** One change and, once it was tried, what became of it. */
export interface BudgetStep extends BudgetChange {
  result?: 'done' | Undone;
  reason?: string;
}

/** A run of `budget set` or `budget clear`, before and after. */
export interface BudgetRun {
  action: 'set' | 'clear';
  service: Service;
  workspace: Workspace;
  now: Budgets;
  /** undefined = stays as it is */
  include_byok: boolean | undefined;
  steps: readonly BudgetStep[];
  dryRun: boolean;
  /** the command to resume with */
  again: string;
  stopped?: CliError | undefined;
  interrupted?: boolean;
}

/** Old → new. */
export function renderBudgetPlan(run: BudgetRun, output: Output, ctx: Pick<Context, 'env'>): string {
  const { bold } = createStyle(ctx.env, output);
  let text = `${serviceLine(run.service, output, ctx)}${workspaceLine(run.workspace, output, bold)}`;
  if (run.steps.length === 0) return `${text}${NO_CHANGES}`;
  const rows = run.steps.map((step) => [step.period, usdText(step.old), '→', usdText(step.new)]);
  text += `${renderTable({ columns: COLUMNS, rows }, tableWidth(output), bold)}\n`;
  const { now, include_byok } = run;
  if (include_byok !== undefined && include_byok !== now.include_byok) {
    text += `BYOK usage ${include_byok ? 'counts' : 'does not count'}, for all budgets of the workspace.\n`;
  }
  text += run.action === 'set' ? SET_MEANS : CLEAR_MEANS;
  return run.dryRun ? `${text}Dry run: nothing was changed.\n` : text;
}

const COLUMNS = [
  { title: 'PERIOD' },
  { title: 'OLD', align: 'right' },
  { title: '' },
  { title: 'NEW', align: 'right' },
] as const;
const NO_CHANGES = 'No changes.\n';
const SET_MEANS = 'When a budget is used up, OpenRouter refuses every key of the workspace.\n';
const CLEAR_MEANS = 'Without a budget, each key may spend up to its own limit.\n';

/** `Set 2 budgets?` */
export function budgetQuestion({ action, steps, workspace }: BudgetRun): string {
  const verb = action === 'set' ? 'Set' : 'Remove';
  return `${verb} ${plural(steps.length, 'budget')} of workspace ${nameOf(workspace)}?`;
}

/** What was done, what was not and why. */
export function renderBudgetResult(run: BudgetRun, ctx: Pick<Context, 'env' | 'stdout'>): string {
  const { steps, action, workspace, again } = run;
  if (steps.length === 0) return NO_CHANGES;
  const { bold } = createStyle(ctx.env, ctx.stdout);
  const done = steps.filter(({ result }) => result === 'done').length;
  const verb = action === 'set' ? 'Set' : 'Removed';
  let text = `${verb} ${plural(done, 'budget')} of workspace ${visibleText(nameOf(workspace))}.\n`;
  const left = steps.filter(({ result }) => result !== 'done');
  for (const step of left) {
    const why = step.reason ?? 'not started';
    const what = `${step.period}: ${usdText(step.old)} → ${usdText(step.new)}: ${why}`;
    text += titledLine('Not done', visibleText(what), ctx.stdout, bold);
  }
  return text + renderNext(left.length > 0 ? [{ does: 'to resume', command: again }] : [], ctx.stdout, bold);
}

/** The plan or the result; `new` null = removed. Format: docs/json.md. */
export function budgetJson(run: BudgetRun) {
  const { steps, include_byok, now } = run;
  const sent = steps.some(({ result }) => result === 'done');
  return {
    version: 1,
    command: `budget ${run.action}`,
    sandbox: run.service.sandbox,
    dry_run: run.dryRun,
    workspace: workspaceJson(run.workspace),
    include_byok: (run.dryRun || sent ? include_byok : undefined) ?? now.include_byok ?? null,
    changes: steps.map((step) => ({
      period: step.period,
      old: step.old ?? null,
      new: step.new ?? null,
      result: step.result ?? 'planned',
      reason: step.reason ?? null,
    })),
    stopped: stoppedJson(run.stopped),
    interrupted: run.interrupted ?? false,
    next: steps.some(({ result }) => result !== undefined && result !== 'done') ? [run.again] : [],
  };
}

export function workspaceLine(workspace: Workspace, output: Output, paint: (text: string) => string): string {
  const { name, slug, id } = workspace;
  const text = name === undefined ? (slug ?? id) : `${name} (${slug ?? id})`;
  return titledLine('Workspace', visibleText(text), output, paint);
}

export function workspaceJson({ id, slug, name }: Workspace) {
  return { id, slug: slug ?? null, name: name ?? null };
}

function nameOf({ slug, name, id }: Workspace): string {
  return slug ?? name ?? id;
}

function usdText(usd: number | undefined): string {
  return usd === undefined ? 'none' : formatUsd(usd);
}
