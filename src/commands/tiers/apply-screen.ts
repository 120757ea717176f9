import type { AppliedTiers } from '../../apply/apply-tiers.ts';
import type { Context, Output } from '../../context.ts';
import type { Issue } from '../../errors.ts';
import type { Done, Target, TargetPlan } from '../../execution/job.ts';
import type { Model } from '../../keys/model.ts';
import { changedName, isBookkeeping, isDone } from '../../plan/change.ts';
import { isSettled, type TierPlan, tierChanges } from '../../plan/plan-tiers.ts';
import { FINISH_EARLIER } from '../../terminal/confirm.ts';
import { renderNext } from '../../terminal/next-step.ts';
import { createStyle } from '../../terminal/style.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { titledLine } from '../../terminal/wrap.ts';
import { whyNotDone } from '../../views/change-result.ts';
import { askFor, changeText } from '../../views/change-text.ts';
import { filesJson, stoppedJson } from '../../views/key-json.ts';
import { type Service, serviceLine } from '../../views/service-line.ts';
import { tierChangeJson, tiersJson } from '../../views/tiers-json.ts';
import { renderTiers, TIER_CHANGES_DONE, tierChangesText } from '../../views/tiers-text.ts';

/** A run of `tiers apply`, before and after. */
export interface TierRun {
  prefix: string;
  service: Service;
  models: readonly Model[];
  notices: readonly Issue[];
  dryRun: boolean;
  planned: readonly TierPlan[];
  /** undefined = not applied yet */
  applied: AppliedTiers | undefined;
  /** the command to resume with */
  again: string;
  done?: Pick<Done<Target, TargetPlan>, 'files' | 'stopped' | 'interrupted'>;
}

export function renderTierPlan(run: TierRun, ctx: Pick<Context, 'env'>, output: Output): string {
  const { bold } = createStyle(ctx.env, output);
  let text = serviceLine(run.service, output, ctx);
  for (const { message } of run.notices) text += titledLine('Note', visibleText(message), output, bold);
  for (const plan of run.planned) text += renderTiers(plan, run.models, ctx, output);
  text += `\n${sentence(tierChangesText(changesOf(run)) || 'no changes')}`;
  return run.dryRun ? `${text}\nDry run: nothing was changed.\n` : text;
}

/** `Create 2 guardrails, assign 43 keys?` */
export function tierQuestion(run: TierRun): string {
  return askFor([tierChangesText(changesOf(run))]) ?? FINISH_EARLIER;
}

/** What was done, what was not and why, and how the account is now. */
export function renderApplied(run: TierRun, ctx: Pick<Context, 'env' | 'stdout'>): string {
  const { applied, models } = run;
  const { bold } = createStyle(ctx.env, ctx.stdout);
  const outcomes = applied?.outcomes ?? [];
  const finished = outcomes.filter(isDone).map(({ change }) => change);
  let text = sentence(tierChangesText(finished, TIER_CHANGES_DONE) || 'no changes');
  for (const outcome of outcomes.filter((each) => !isDone(each) && !isBookkeeping(each.change))) {
    const what = `${changedName(outcome.change)}: ${changeText(outcome.change)}: ${whyNotDone(outcome)}`;
    text += titledLine('Not done', visibleText(what), ctx.stdout, bold);
  }
  const left = applied?.left;
  if (left && outcomes.length > 0) text += `\n${renderTiers(left, models, ctx, ctx.stdout)}`;
  return text + renderNext(isOpen(run) ? [{ does: 'to resume', command: run.again }] : [], ctx.stdout, bold);
}

/** The plan or the result. Format: docs/json.md. */
export function appliedJson(run: TierRun) {
  const { applied, planned, done } = run;
  const [shown] = applied?.left ? [applied.left] : planned;
  return {
    version: 1,
    command: 'tiers apply',
    dry_run: run.dryRun,
    sandbox: run.service.sandbox,
    prefix: run.prefix,
    ...tiersJson(shown ?? { tiers: [], prepare: [], bind: [], release: [], unused: [] }),
    changes: applied
      ? applied.outcomes.map((outcome) => tierChangeJson(outcome.change, outcome))
      : changesOf(run).map((change) => tierChangeJson(change)),
    notices: run.notices,
    notes: [],
    files: filesJson(done?.files ?? []),
    stopped: stoppedJson(done?.stopped),
    interrupted: done?.interrupted ?? false,
    next: applied && isOpen(run) ? [run.again] : [],
  };
}

function isOpen({ applied, done }: TierRun): boolean {
  if (done?.stopped !== undefined || done?.interrupted) return true;
  return applied !== undefined && (applied.left === undefined || !isSettled(applied.left));
}

function changesOf({ planned }: TierRun) {
  return planned.flatMap(tierChanges);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.\n`;
}
