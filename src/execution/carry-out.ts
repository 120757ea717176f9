import { applyPlan } from '../apply/apply-plan.ts';
import type { Applied, ApplyDeps } from '../apply/step.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import type { JournalState } from '../journal/fold.ts';
import { type Change, isBookkeeping, isDone, type Outcome } from '../plan/change.ts';
import { unresolvedAttempts } from '../plan/plan-sweep.ts';
import { CANCELLED, canAsk } from '../terminal/confirm.ts';
import { printJson } from '../terminal/json.ts';
import { createProgress } from '../terminal/progress.ts';
import type { Progress } from '../terminal/progress-types.ts';
import { createStatusLine, type StatusLine } from '../terminal/status-line.ts';
import { tableWidth } from '../terminal/table.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { wrapText } from '../terminal/wrap.ts';
import { type SavedFile, saveResults } from '../workshop/save-results.ts';
import { tidyHandouts } from '../workshop/tidy-handouts.ts';
import { checkFolder, readWorkshop } from '../workshop/workshop.ts';
import { applyDeps } from './apply-deps.ts';
import type { Done, Job, OpenTarget, Planned, Target, TargetPlan } from './job.ts';
import { openTargets } from './open-targets.ts';

/** The steps of every command that makes changes: plan → show → confirm → remember → apply → save → report → exit code. */
export async function carryOut<T extends Target, P extends TargetPlan>(
  job: Job<T, P>,
  ctx: Context,
): Promise<ExitCode> {
  const quiet = job.flags.quiet || job.flags.json;
  for (const warning of quiet ? [] : job.session.warnings) ctx.stderr.write(`Note: ${warning}\n`);
  const status = createStatusLine(ctx, quiet);
  job.session.listenToWaits(status.show);
  if (job.flags.dryRun) return showPlanOnly(job, status, quiet, ctx);
  const { planned, opened } = await openTargets(job, ctx).finally(status.clear);
  try {
    return await carryOutOpened(job, planned, opened, ctx);
  } finally {
    for (const { workshop } of opened) await workshop.close();
  }
}

/** A dry run reads the same data as a run and stops with the same errors that would stop a run before its first request. */
async function showPlanOnly<T extends Target, P extends TargetPlan>(
  job: Job<T, P>,
  status: StatusLine,
  quiet: boolean,
  ctx: Context,
): Promise<ExitCode> {
  const states = new Map<string, JournalState>();
  for (const { id } of job.targets) {
    const notes = await checkFolder(id, ctx);
    for (const note of quiet ? [] : notes) ctx.stderr.write(`Note: ${visibleText(note)}\n`);
    states.set(id.prefix, await readWorkshop(id, ctx));
  }
  const planned: Planned<T, P>[] = [];
  for (const target of job.targets) {
    const state = states.get(target.id.prefix);
    if (state) planned.push({ target, state, plan: await job.plan(target, state, states) });
  }
  status.clear();
  if (job.flags.json) printJson(ctx, job.planJson(planned));
  else ctx.stdout.write(job.renderPlan(planned, ctx.stdout));
  return EXIT.OK;
}

async function carryOutOpened<T extends Target, P extends TargetPlan>(
  job: Job<T, P>,
  planned: readonly Planned<T, P>[],
  opened: readonly OpenTarget<T, P>[],
  ctx: Context,
): Promise<ExitCode> {
  const { flags } = job;
  const quiet = flags.quiet || flags.json;
  const changes = planned.flatMap(({ plan }) => plan.changes);
  for (const warning of quiet ? [] : opened.flatMap(({ workshop }) => workshop.warnings)) {
    ctx.stderr.write(`Note: ${warning}\n`);
  }
  // A question stands right below what it is about.
  const asks = !flags.yes && canAsk(ctx);
  const screen = asks ? ctx.prompt : ctx.stderr;
  if ((changes.length > 0 || job.always) && (!quiet || asks)) screen.write(job.renderPlan(planned, screen));
  if (changes.length > 0 && !(await job.confirm(planned))) {
    screen.write(`${CANCELLED}\n`);
    return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
  }
  await job.remember?.(opened);
  const total = changes.filter((change) => !isBookkeeping(change) && change.kind !== 'remove_orphan').length;
  const progress = await createProgress({ ctx, total, label: job.doing, quiet });
  const ran = await run(job, opened, progress, ctx).finally(() => progress.stop());
  const done: Done<T, P> = {
    ...ran,
    planned,
    interrupted: ctx.interrupts.stop.aborted,
    orphans: orphansIn(ran, opened),
  };
  const tidied = await tidyAll(opened, { saysPartly: ran.outcomes.some(endsKey) && !flags.quiet }, ctx);
  if (flags.json) {
    const json = job.resultJson(done);
    printJson(ctx, { ...json, notes: [...json.notes, ...tidied] });
  } else {
    ctx.stdout.write(job.renderResult(done));
    for (const note of tidied) {
      ctx.stderr.write(`${wrapText(`Note: ${visibleText(note)}`, tableWidth(ctx.stderr)).join('\n')}\n`);
    }
  }
  if (job.reportsBatches) await noteReported(opened);
  if (done.orphans > 0 && !quiet) ctx.stderr.write(orphansNote(done.orphans));
  // After Ctrl-C, the summary already shows how to resume.
  if (done.stopped && (flags.json || !done.interrupted)) throw done.stopped;
  return exitCodeOf(job, done);
}

/** A file that is gone is told under --quiet too. */
async function tidyAll<T extends Target, P extends TargetPlan>(
  opened: readonly OpenTarget<T, P>[],
  how: { saysPartly: boolean },
  ctx: Context,
): Promise<string[]> {
  const notes: string[] = [];
  for (const { target, workshop } of opened) {
    notes.push(...(await tidyHandouts(target.id, workshop.journal.state, ctx, how)));
  }
  return notes;
}

async function run<T extends Target, P extends TargetPlan>(
  job: Job<T, P>,
  opened: readonly OpenTarget<T, P>[],
  progress: Progress,
  ctx: Context,
): Promise<Pick<Done<T, P>, 'outcomes' | 'files' | 'stopped'>> {
  const outcomes: Outcome[] = [];
  const files: SavedFile[] = [];
  let stopped: Done<T, P>['stopped'];
  job.session.listenToWaits((text) => progress.note(text));
  for (const target of opened) {
    const { plan, workshop } = target;
    const applied: Applied = stopped
      ? { outcomes: plan.changes.map((change) => ({ change, result: 'not_started' })), stopped }
      : await applyTo(job, target, depsFor(job, target, progress, ctx)).catch(async (error: unknown) => {
          // Completed changes are in the journal, so write them to the result files too.
          await saveResults(workshop, ctx);
          throw error;
        });
    outcomes.push(...applied.outcomes);
    stopped ??= applied.stopped;
    const { attempts, roster } = workshop.journal.state;
    if (attempts.size > 0 || roster) files.push(...(await saveResults(workshop, ctx)));
    files.push(...((await job.saveMore?.(target, applied.outcomes)) ?? []));
    if (!stopped) await job.afterwards?.(target, applied.outcomes);
  }
  return { outcomes, files, stopped };
}

type Deps = ApplyDeps & { onRound(): void };

async function applyTo<T extends Target, P extends TargetPlan>(
  job: Job<T, P>,
  planned: Planned<T, P>,
  deps: Deps,
): Promise<Applied> {
  return job.apply ? job.apply(planned, deps) : applyPlan(planned.plan.changes, deps);
}

function depsFor<T extends Target, P extends TargetPlan>(
  { session }: Job<T, P>,
  { workshop }: OpenTarget<T, P>,
  progress: Progress,
  ctx: Context,
): Deps {
  return {
    ...applyDeps(session, workshop, ctx),
    onOutcome: ({ change, result }) => {
      if (isBookkeeping(change) || change.kind === 'remove_orphan') return;
      // This run still tries to resolve unknown outcomes.
      if (result !== 'unresolved' && result !== 'not_started') progress.step();
    },
    onRound: () => progress.note('checking the account for lost responses'),
  };
}

const ENDING: ReadonlySet<Change['kind']> = new Set(['create', 'delete', 'retire', 'record_gone']);

/** Whether somebody's present key may be another one now. Otherwise what is outdated was told before. */
function endsKey({ change, result }: Outcome): boolean {
  return result === 'gone' || (result === 'done' && ENDING.has(change.kind));
}

/** The number of possible orphaned keys. */
function orphansIn<T extends Target, P extends TargetPlan>(
  { outcomes }: Pick<Done<T, P>, 'outcomes'>,
  opened: readonly OpenTarget<T, P>[],
): number {
  const tags = new Set(opened.flatMap(({ state }) => unresolvedAttempts(state).map(({ tag }) => tag)));
  for (const outcome of outcomes) {
    if (outcome.change.kind === 'remove_orphan' && !isDone(outcome)) tags.add(outcome.change.tag);
  }
  return tags.size;
}

function orphansNote(orphans: number): string {
  const keys = orphans === 1 ? 'an orphaned key may exist' : `${orphans} orphaned keys may exist`;
  return `Note: ${keys}. The next orkeys provision run, or orkeys doctor, resolves this.\n`;
}

/** After this, the same command is a new change, not a rerun. */
async function noteReported<T extends Target, P extends TargetPlan>(opened: readonly OpenTarget<T, P>[]) {
  for (const { workshop } of opened) {
    if (workshop.journal.state.unreported.size > 0) await workshop.journal.append({ type: 'reported' });
  }
}

function exitCodeOf<T extends Target, P extends TargetPlan>(job: Job<T, P>, done: Done<T, P>): ExitCode {
  if (done.interrupted) return EXIT.INTERRUPTED;
  if (done.files.some(({ failed }) => failed !== undefined)) return EXIT.CANNOT_SAVE;
  return done.outcomes.every(isDone) && (job.isComplete?.(done) ?? true) ? EXIT.OK : EXIT.PARTIAL;
}
