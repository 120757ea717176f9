import {
  checkManagementKey,
  findWorkspace,
  openSession,
  type Session,
  type SessionFlags,
} from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { type CliError, EXIT, type ExitCode, type Issue, usageError } from '../../errors.ts';
import type { Workspace } from '../../keys/account-key.ts';
import { BUDGET_PERIODS, type BudgetPeriod, type Budgets } from '../../keys/budgets-api.ts';
import {
  type BudgetChange,
  disorderedBudgets,
  planClearBudgets,
  planSetBudgets,
  type WantedBudgets,
} from '../../plan/plan-budgets.ts';
import { plural } from '../../plural.ts';
import { parseLimit } from '../../roster/limit.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { CANCELLED, canAsk, confirmYes } from '../../terminal/confirm.ts';
import { printJson } from '../../terminal/json.ts';
import {
  type BudgetRun,
  type BudgetStep,
  budgetJson,
  budgetQuestion,
  renderBudgetPlan,
  renderBudgetResult,
} from './screen.ts';

interface ChangeOptions {
  workspace: string;
  session: SessionFlags;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
  quiet: boolean;
  /** as typed, for the command to resume with */
  args: readonly string[];
}

type SetOptions = ChangeOptions & {
  amounts: { [period in BudgetPeriod]?: string | undefined };
  includeByok?: boolean | undefined;
};

type ClearOptions = ChangeOptions & { chosen: Record<BudgetPeriod, boolean>; all: boolean };

/** Reads everything, refuses all that is wrong at once, shows old → new, asks, and only then sends. */
export async function runBudgetSet(options: SetOptions, ctx: Context): Promise<ExitCode> {
  const { amounts, includeByok } = options;
  if (includeByok === undefined && BUDGET_PERIODS.every((period) => amounts[period] === undefined)) {
    throw usageError('nothing_to_change', 'Nothing to change: no budget was given.', {
      hint: 'Add a budget, for example --monthly 100.',
    });
  }
  return changeBudgets('set', options, ctx, (now, workspace, locationArgs) => {
    const { limits, issues } = readAmounts(amounts);
    const wanted: WantedBudgets = { limits, include_byok: includeByok };
    const order = disorderedBudgets(now, wanted).map((message): Issue => ({ code: 'budget_order', message }));
    refuseProblems(
      [...issues, ...order],
      workspace,
      [...now.limits.keys()].filter((period) => !limits.has(period)),
      locationArgs,
    );
    if (limits.size === 0 && now.limits.size === 0) {
      throw usageError('nothing_to_change', 'The workspace has no budget for which BYOK usage could count.', {
        hint: 'Add a budget, for example --monthly 100.',
      });
    }
    return { changes: planSetBudgets(now, wanted), include_byok: includeByok };
  });
}

/** Removing a budget that does not exist is no change. */
export async function runBudgetClear(options: ClearOptions, ctx: Context): Promise<ExitCode> {
  const periods = BUDGET_PERIODS.filter((period) => options.all || options.chosen[period]);
  if (periods.length === 0) {
    throw usageError('nothing_to_change', 'Nothing to remove: no budget was named.', {
      hint: 'Name budgets, for example --daily, or all of them with --all.',
    });
  }
  return changeBudgets('clear', options, ctx, (now) => ({
    changes: planClearBudgets(now, periods),
    include_byok: undefined,
  }));
}

interface BudgetPlan {
  changes: BudgetChange[];
  include_byok: boolean | undefined;
}

async function changeBudgets(
  action: BudgetRun['action'],
  options: ChangeOptions,
  ctx: Context,
  planOf: (now: Budgets, workspace: Workspace, locationArgs: Session['locationArgs']) => BudgetPlan,
): Promise<ExitCode> {
  const session = await openSession(options.session, ctx, { dryRun: options.dryRun });
  try {
    const quiet = options.quiet || options.json;
    for (const warning of quiet ? [] : session.warnings) ctx.stderr.write(`Note: ${warning}\n`);
    await checkManagementKey(session);
    const workspace = await findWorkspace(session, options.workspace);
    const now = await session.api.listBudgets(workspace.id);
    const { changes, include_byok } = planOf(now, workspace, session.locationArgs);
    const again = commandLine(options.args, ctx.env);
    const { dryRun } = options;
    const plan: BudgetRun = { action, service: session, workspace, now, include_byok, steps: changes, dryRun, again };
    if (dryRun) {
      if (options.json) printJson(ctx, budgetJson(plan));
      else ctx.stdout.write(renderBudgetPlan(plan, ctx.stdout, ctx));
      return EXIT.OK;
    }
    const asks = !options.yes && canAsk(ctx);
    const screen = asks ? ctx.prompt : ctx.stderr;
    if (changes.length > 0) {
      if (!quiet || asks) screen.write(renderBudgetPlan(plan, screen, ctx));
      const confirmed = await confirmYes({
        ctx,
        question: budgetQuestion(plan),
        yes: options.yes,
        offTerminal: 'refuse',
      });
      if (!confirmed) {
        screen.write(`${CANCELLED}\n`);
        return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
      }
    }
    const { steps, stopped } = await sendChanges(plan, session);
    const done = { ...plan, steps, stopped, interrupted: ctx.interrupts.stop.aborted };
    if (options.json) printJson(ctx, budgetJson(done));
    else ctx.stdout.write(renderBudgetResult(done, ctx));
    if (done.interrupted) return EXIT.INTERRUPTED;
    if (stopped && !steps.some(({ result }) => result === 'done')) throw stopped;
    return steps.every(({ result }) => result === 'done') ? EXIT.OK : EXIT.PARTIAL;
  } finally {
    await session.close();
  }
}

/** One after the other: in between, too, a longer period has the larger budget. What does not succeed ends it. */
async function sendChanges(
  { steps, workspace, include_byok }: BudgetRun,
  { api }: Session,
): Promise<{ steps: BudgetStep[]; stopped: CliError | undefined }> {
  const done: BudgetStep[] = [];
  let failed = false;
  let stopped: CliError | undefined;
  for (const step of steps) {
    if (failed) {
      done.push({ ...step, result: 'not_started' });
      continue;
    }
    const byok = include_byok === undefined ? {} : { include_byok_in_budgets: include_byok };
    const outcome =
      step.new === undefined
        ? await api.clearBudget(workspace.id, step.period)
        : await api.setBudget(workspace.id, step.period, { limit_usd: step.new, ...byok });
    if (outcome.result === 'done') {
      done.push({ ...step, result: 'done' });
      continue;
    }
    failed = true;
    stopped = outcome.stop;
    done.push({ ...step, result: outcome.result, reason: outcome.reason });
  }
  return { steps: done, stopped };
}

function readAmounts(amounts: SetOptions['amounts']): { limits: Map<BudgetPeriod, number>; issues: Issue[] } {
  const limits = new Map<BudgetPeriod, number>();
  const issues: Issue[] = [];
  for (const period of BUDGET_PERIODS) {
    const text = amounts[period];
    if (text === undefined) continue;
    const parsed = parseLimit(text);
    const usd = 'problem' in parsed ? undefined : parsed.limit;
    if (usd !== undefined && usd !== null && usd > 0) limits.set(period, usd);
    else issues.push({ code: 'bad_amount', message: `--${period} ${text}: expected US dollars above 0`, value: text });
  }
  return { limits, issues };
}

/** `set`: what could be removed instead. */
function refuseProblems(
  issues: readonly Issue[],
  { slug, id }: Workspace,
  set: readonly BudgetPeriod[],
  locationArgs: readonly string[],
): void {
  if (issues.length === 0) return;
  const flags = set.map((period) => `--${period}`);
  const remove = commandLine(['budget', 'clear', '--workspace', slug ?? id, ...flags, ...locationArgs]);
  throw usageError('bad_budgets', `These budgets have ${plural(issues.length, 'problem')}. Nothing was changed.`, {
    issues,
    hint: `The longer the period, the larger its budget, for example --daily 20 --weekly 80.${set.length > 0 ? ` To remove what is set: ${remove}` : ''}`,
  });
}
