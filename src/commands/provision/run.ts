import { applyUntilSettled, type SettleDeps } from '../../apply/apply-until-settled.ts';
import { surveyAccount } from '../../apply/survey.ts';
import { openSession } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { readKeyFlags, readPrefix } from '../../execution/key-settings.ts';
import {
  type Prepared,
  type ProvisionOptions,
  planFor,
  planView,
  prepare,
  refuseBlindCreates,
  refuseProblems,
  rememberRoster,
  surveyTools,
} from '../../execution/provision-preflight.ts';
import type { JournalState } from '../../journal/fold.ts';
import { isCreate, type Outcome } from '../../plan/change.ts';
import { unsettledTags } from '../../plan/plan-sweep.ts';
import { fatesOf } from '../../plan/row-outcomes.ts';
import { readRoster } from '../../roster-file/read-roster.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { confirmYes } from '../../terminal/confirm.ts';
import { printJson } from '../../terminal/json.ts';
import { createProgress } from '../../terminal/progress.ts';
import { provisionJson } from '../../views/provision-json.ts';
import { renderPlan } from '../../views/provision-plan.ts';
import { renderSummary, type SummaryView } from '../../views/provision-summary.ts';
import { saveProblems, saveResults } from '../../workshop/save-results.ts';
import { lookAtFolder, openWorkshop, readWorkshop, type Workshop } from '../../workshop/workshop.ts';

export async function runProvision(options: ProvisionOptions, ctx: Context): Promise<ExitCode> {
  const prefix = readPrefix(options.prefix, options.roster, ctx);
  readKeyFlags(options, undefined, ctx.now());
  const roster = await readRoster({ file: options.roster, flags: options.rosterFlags, ctx, now: ctx.now() });
  refuseProblems(roster, options);
  let note = (_text: string) => {};
  const { dryRun } = options;
  const session = await openSession(options.session, ctx, (text) => note(text), { dryRun });
  try {
    const prepared = await prepare(options, prefix, roster, session, ctx);
    if (dryRun) return await showPlanOnly(options, prepared, ctx);
    const workshop = await openWorkshop(prepared.id, 'provision', ctx);
    try {
      return await provision(options, prepared, workshop, ctx, (listener) => {
        note = listener;
      });
    } finally {
      await workshop.close();
    }
  } finally {
    await session.close();
  }
}

async function showPlanOnly(options: ProvisionOptions, prepared: Prepared, ctx: Context): Promise<ExitCode> {
  await lookAtFolder(prepared.id, ctx);
  const state = await readWorkshop(prepared.id, ctx);
  const survey = await surveyAccount(state, surveyTools(prepared, ctx));
  const plan = planFor(options, prepared, state, survey);
  refuseBlindCreates(plan, survey, options);
  const view = planView(options, prepared, plan, survey, state);
  if (options.json) printJson(ctx, provisionJson(view, ctx.env));
  else ctx.stdout.write(renderPlan(view, ctx, ctx.stdout));
  return EXIT.OK;
}

async function provision(
  options: ProvisionOptions,
  prepared: Prepared,
  workshop: Workshop,
  ctx: Context,
  onNote: (listener: (text: string) => void) => void,
): Promise<ExitCode> {
  const { roster, session } = prepared;
  const { journal } = workshop;
  const survey = await surveyAccount(journal.state, surveyTools(prepared, ctx));
  const plan = planFor(options, prepared, journal.state, survey);
  refuseBlindCreates(plan, survey, options);
  const view = planView(options, prepared, plan, survey, journal.state);
  const creates = plan.changes.filter(isCreate).length;
  const quiet = options.quiet || options.json;
  const asks = !options.yes && ctx.stdin.isTTY && ctx.stderr.isTTY;
  if (!quiet || asks) ctx.stderr.write(renderPlan(view, ctx, ctx.stderr));
  for (const warning of quiet ? [] : workshop.warnings) ctx.stderr.write(`Note: ${warning}\n`);
  if (plan.changes.length > 0 && !(await confirmed(options, creates, ctx))) {
    ctx.stderr.write('Nothing was changed.\n');
    return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
  }
  await rememberRoster(workshop, roster);
  const progress = await createProgress({ ctx, total: creates, label: 'Creating keys', quiet });
  onNote((text) => progress.note(text));
  const deps: SettleDeps = {
    api: session.api,
    journal,
    random: ctx.random,
    concurrency: session.concurrency,
    stop: ctx.interrupts.stop,
    rescue: workshop.rescue,
    survey: surveyTools(prepared, ctx),
    replan: (state, found) => planFor(options, prepared, state, found).changes.filter(isCreate),
    onOutcome: ({ change, result }) => {
      if (change.kind === 'create' && result !== 'unknown' && result !== 'not_started') progress.step();
    },
    onRound: () => progress.note('looking for keys whose answers were lost'),
  };
  try {
    const { outcomes, stopped } = await applyUntilSettled(plan.changes, deps).catch(async (error: unknown) => {
      // What was made until then is in the journal, or at least known here: the results shall have it too.
      await saveResults(workshop, ctx);
      throw error;
    });
    progress.stop();
    const fates = fatesOf(roster.participants, plan.skipped, outcomes, journal.state);
    const files = await saveResults(workshop, ctx);
    const problems = await saveProblems(workshop, roster, fates, ctx);
    const summary: SummaryView = {
      ...view,
      files: problems ? [...files, problems] : files,
      fates,
      outcomes,
      stopped,
      again: commandLine(options.args, ctx.env),
      interrupted: ctx.interrupts.stop.aborted,
    };
    if (options.json) printJson(ctx, provisionJson(summary, ctx.env));
    else ctx.stdout.write(renderSummary(summary, ctx));
    // After Ctrl-C the summary has said all, also how to go on.
    if (stopped && (options.json || !summary.interrupted)) throw stopped;
    const left = leftOpen(outcomes, journal.state);
    if (left > 0 && !quiet) {
      const keys = left === 1 ? '1 lost key is' : `${left} lost keys are`;
      ctx.stderr.write(`Note: ${keys} not removed yet; the next run tries again.\n`);
    }
    return exitCodeOf(summary, left);
  } finally {
    progress.stop();
  }
}

/** How many keys of ours may still live whose secret nobody has. */
function leftOpen(outcomes: readonly Outcome[], state: JournalState): number {
  const tags = new Set(unsettledTags(state).map(({ tag }) => tag));
  for (const { change, result } of outcomes) {
    if (change.kind === 'remove_orphan' && result !== 'done' && result !== 'gone') tags.add(change.tag);
  }
  return tags.size;
}

function exitCodeOf({ interrupted, fates, files }: SummaryView, left: number): ExitCode {
  if (interrupted) return EXIT.INTERRUPTED;
  if (files.some(({ failed }) => failed !== undefined)) return EXIT.CANNOT_SAVE;
  const open = fates.some(({ fate }) => fate === 'refused' || fate === 'unsettled' || fate === 'not_started');
  return open || left > 0 ? EXIT.PARTIAL : EXIT.OK;
}

async function confirmed(options: ProvisionOptions, creates: number, ctx: Context): Promise<boolean> {
  const question =
    creates === 0 ? 'Settle what an earlier run left open?' : `Create ${creates} ${creates === 1 ? 'key' : 'keys'}?`;
  return confirmYes({ ctx, question, yes: options.yes, offTerminal: 'proceed' });
}
