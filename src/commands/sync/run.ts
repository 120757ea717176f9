import { applyUntilSettled } from '../../apply/apply-until-settled.ts';
import { type Survey, surveyAccount } from '../../apply/survey.ts';
import { openSession } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import { readKeyFlags, readPrefix } from '../../execution/key-settings.ts';
import {
  type Prepared,
  type ProvisionOptions,
  planFor,
  planView,
  prepare,
  refuseProblems,
  rememberRoster,
  surveyTools,
} from '../../execution/provision-preflight.ts';
import type { JournalState } from '../../journal/fold.ts';
import type { LimitReset } from '../../keys/account-key.ts';
import { type Change, isCreate } from '../../plan/change.ts';
import { planSync, revokeLeft } from '../../plan/plan-sync.ts';
import { fatesOf } from '../../plan/row-outcomes.ts';
import type { Roster } from '../../roster/participant.ts';
import { readRoster } from '../../roster-file/read-roster.ts';
import { incompleteListing } from '../../selection/select-from-account.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { confirmTyped, confirmYes } from '../../terminal/confirm.ts';
import { printJson } from '../../terminal/json.ts';
import { createProgress } from '../../terminal/progress.ts';
import { isDone } from '../../views/change-screen.ts';
import { count } from '../../views/provision-plan.ts';
import type { SummaryView } from '../../views/provision-summary.ts';
import { saveResults } from '../../workshop/save-results.ts';
import { lookAtFolder, openWorkshop, readWorkshop, type Workshop } from '../../workshop/workshop.ts';
import { renderSynced, renderSyncPlan, type SyncView, syncJson } from './screen.ts';

export interface SyncOptions extends Omit<ProvisionOptions, 'limit' | 'limitReset' | 'skipInvalid'> {
  /** absent = limits that people have stay, unless the roster says another */
  limit?: string | undefined;
  /** false = `--no-limit-reset` */
  limitReset?: Exclude<LimitReset, null> | false | undefined;
  revokeMissing: boolean;
}

/** What new keys get when nobody says another limit; the same as provision's. */
const DEFAULT_LIMIT = '1';

export async function runSync(options: SyncOptions, ctx: Context): Promise<ExitCode> {
  const prefix = readPrefix(options.prefix, options.roster, ctx);
  const flags = provisionOptions(options);
  readKeyFlags(flags, undefined, ctx.now());
  const roster = await readRoster({ file: options.roster, flags: options.rosterFlags, ctx, now: ctx.now() });
  refuseProblems(roster, flags);
  refuseEmpty(roster);
  const { dryRun } = options;
  const session = await openSession(options.session, ctx, undefined, { dryRun });
  try {
    const prepared = await prepare(flags, prefix, roster, session, ctx);
    if (dryRun) {
      await lookAtFolder(prepared.id, ctx);
      const state = await readWorkshop(prepared.id, ctx);
      const view = plan(options, prepared, state, await surveyAccount(state, surveyTools(prepared, ctx)));
      if (options.json) printJson(ctx, syncJson(view, ctx.env));
      else ctx.stdout.write(renderSyncPlan(view, ctx, ctx.stdout));
      return EXIT.OK;
    }
    const workshop = await openWorkshop(prepared.id, 'sync', ctx);
    try {
      return await sync(options, prepared, workshop, ctx);
    } finally {
      await workshop.close();
    }
  } finally {
    await session.close();
  }
}

async function sync(options: SyncOptions, prepared: Prepared, workshop: Workshop, ctx: Context): Promise<ExitCode> {
  const { roster, session } = prepared;
  const { journal } = workshop;
  const view = plan(options, prepared, journal.state, await surveyAccount(journal.state, surveyTools(prepared, ctx)));
  const changes = uniqueGone([
    ...view.provision.plan.changes,
    ...view.sync.settled,
    ...view.sync.patches,
    ...view.deletes,
  ]);
  const quiet = options.quiet || options.json;
  if (!quiet) ctx.stderr.write(renderSyncPlan(view, ctx, ctx.stderr));
  for (const warning of quiet ? [] : workshop.warnings) ctx.stderr.write(`Note: ${warning}\n`);
  if (changes.length > 0 && !(await confirmed(options, view, ctx))) {
    ctx.stderr.write('Nothing was changed.\n');
    return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
  }
  await rememberRoster(workshop, roster);
  const progress = await createProgress({ ctx, total: changes.length, label: 'Syncing keys', quiet });
  try {
    const { outcomes, stopped } = await applyUntilSettled(changes, {
      api: session.api,
      journal,
      random: ctx.random,
      concurrency: session.concurrency,
      stop: ctx.interrupts.stop,
      rescue: workshop.rescue,
      survey: surveyTools(prepared, ctx),
      replan: (state, survey) => planFor(provisionOptions(options), prepared, state, survey).changes.filter(isCreate),
      onOutcome: ({ result }) => {
        if (result !== 'unknown' && result !== 'not_started') progress.step();
      },
    }).catch(async (error: unknown) => {
      // What was done until then is in the journal: the results shall have it too.
      await saveResults(workshop, ctx);
      throw error;
    });
    progress.stop();
    const summary: SummaryView = {
      ...view.provision,
      files: await saveResults(workshop, ctx),
      fates: fatesOf(roster.participants, view.provision.plan.skipped, outcomes, journal.state),
      outcomes,
      stopped,
      again: commandLine(options.args, ctx.env),
      interrupted: ctx.interrupts.stop.aborted,
    };
    const done = { ...view, provision: summary, outcomes };
    if (options.json) printJson(ctx, syncJson(done, ctx.env));
    else ctx.stdout.write(renderSynced(done, ctx));
    // After Ctrl-C the summary has said all, also how to go on.
    if (stopped && (options.json || !summary.interrupted)) throw stopped;
    if (summary.interrupted) return EXIT.INTERRUPTED;
    if (summary.files.some(({ failed }) => failed !== undefined)) return EXIT.CANNOT_SAVE;
    const open = summary.fates.some(({ fate }) => ['refused', 'unsettled', 'not_started'].includes(fate));
    return open || !outcomes.every(isDone) ? EXIT.PARTIAL : EXIT.OK;
  } finally {
    progress.stop();
  }
}

/** Throws when the list of keys is not whole: who has which key could not be told. */
function plan(options: SyncOptions, prepared: Prepared, state: JournalState, survey: Survey): SyncView {
  if (!survey.listing.complete) throw incompleteListing(survey.listing, 'Nothing was changed. Run the command again.');
  const flags = provisionOptions(options);
  const provision = planFor(flags, prepared, state, survey);
  const { limitReset } = options;
  const synced = planSync({
    participants: prepared.roster.participants,
    skipped: provision.skipped,
    state,
    keys: survey.listing.keys,
    gone: survey.gone,
    limit: options.limit === undefined ? undefined : prepared.defaults.limit,
    limit_reset: limitReset === false ? null : limitReset,
  });
  return {
    provision: planView(flags, prepared, provision, survey, state),
    sync: synced,
    deletes: options.revokeMissing ? revokeLeft(synced.left) : [],
  };
}

/** A key that is gone is noted once. */
function uniqueGone(changes: readonly Change[]): Change[] {
  const noted = new Set<string>();
  return changes.filter((change) => {
    if (change.kind !== 'record_gone') return true;
    const first = !noted.has(change.hash);
    noted.add(change.hash);
    return first;
  });
}

function provisionOptions(options: SyncOptions): ProvisionOptions {
  const { limit = DEFAULT_LIMIT, limitReset } = options;
  return { ...options, limit, limitReset: limitReset === false ? undefined : limitReset, skipInvalid: false };
}

/** An empty roster is a mistake far more often than a workshop that everybody left. */
function refuseEmpty(roster: Roster): void {
  if (roster.participants.length > 0) return;
  throw usageError('empty_roster', `${roster.file}: there is nobody in this roster; nothing was changed.`, {
    hint: 'To end a workshop, use orkeys revoke --prefix.',
  });
}

/** Deleting is confirmed by typing how many keys go; changing keys needs a yes; making them goes without one in a script. */
function confirmed({ yes }: SyncOptions, view: SyncView, ctx: Context): Promise<boolean> {
  const creates = view.provision.plan.changes.filter((change: Change) => isCreate(change)).length;
  const { length: deletes } = view.deletes;
  const { length: patches } = view.sync.patches;
  const parts = [
    ...(creates > 0 ? [`create ${count(creates, 'key')}`] : []),
    ...(patches > 0 ? [`change ${count(patches, 'key')}`] : []),
    ...(deletes > 0 ? [`delete ${count(deletes, 'key')} for ever`] : []),
  ];
  const question = parts.length === 0 ? 'Settle what an earlier run left open?' : sentence(parts);
  if (deletes > 0) return confirmTyped({ ctx, question, expected: String(deletes), yes });
  return confirmYes({ ctx, question, yes, offTerminal: patches > 0 ? 'refuse' : 'proceed' });
}

function sentence(parts: readonly string[]): string {
  const text = parts.join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}?`;
}
