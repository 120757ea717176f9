import { applyPlan } from '../apply/apply-plan.ts';
import type { Applied, ApplyDeps } from '../apply/step.ts';
import type { Session } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../errors.ts';
import type { JournalState, OpenChange } from '../journal/fold.ts';
import { unfinishedChanges } from '../journal/open-changes.ts';
import type { AccountKey } from '../keys/account-key.ts';
import { newTag } from '../keys/key-name.ts';
import { batchEntries, isDecided } from '../plan/batch-entries.ts';
import { type Change, isBookkeeping, type Outcome } from '../plan/change.ts';
import type { Selection } from '../selection/select-from-account.ts';
import { printJson } from '../terminal/json.ts';
import { createProgress } from '../terminal/progress.ts';
import { changesJson } from '../views/change-json.ts';
import {
  type ChangedView,
  type ChangesView,
  type ChangeWords,
  isDone,
  renderChanged,
  renderChanges,
} from '../views/change-screen.ts';
import { type SavedFile, saveResults } from '../workshop/save-results.ts';
import { openWorkshop, type Workshop } from '../workshop/workshop.ts';
import { groupKeys, type KeyGroup } from './key-groups.ts';
import { noteReported, refreshResults } from './report-batch.ts';

/** Flags of every changing command, as far as the common tail needs them. */
export interface TailFlags {
  prefix?: string | undefined;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
  quiet: boolean;
}

/** What shall become of the keys of one workshop. */
export interface GroupPlan {
  changes: Change[];
  untouched: readonly AccountKey[];
  notes: readonly string[];
}

export interface ChangeRequest {
  words: ChangeWords;
  flags: TailFlags;
  session: Session;
  /** who owns the account, as far as the service says */
  account: string | undefined;
  selection: Selection;
  plan(group: KeyGroup, state: JournalState, open: ReadonlyMap<string, OpenChange>): Promise<GroupPlan>;
  confirm(changes: readonly Change[]): Promise<boolean>;
  /** all changes are written down before the first is sent: a crash must not make a second run decide anew */
  batch: boolean;
  /** instead of one pass over the changes */
  apply?(group: KeyGroup, changes: readonly Change[], deps: ApplyDeps): Promise<Applied>;
  next(outcomes: readonly Outcome[]): string[];
}

interface OpenGroup {
  group: KeyGroup;
  workshop: Workshop;
}

/** The common tail of every changing command: plan → show → confirm → apply → save → report. */
export async function changeKeys(request: ChangeRequest, ctx: Context): Promise<ExitCode> {
  const groups = groupKeys(request.selection, {
    prefix: request.flags.prefix,
    outRoot: request.session.outRoot,
    place: request.session.place,
    baseUrl: request.session.baseUrl,
    account: request.account,
  });
  const plans = await planAll(
    request,
    groups.map((group) => ({ group, state: group.state })),
  );
  const view = viewOf(request, plans);
  if (request.flags.dryRun || view.changes.length === 0) {
    const report = () => {
      if (request.flags.json) printJson(ctx, changesJson(view));
      else ctx.stdout.write(renderChanges(view, ctx.stdout, ctx));
    };
    if (request.flags.dryRun) report();
    else await refreshResults(groups, request.words.command, report, ctx);
    return EXIT.OK;
  }
  const affected = groups.filter((_, index) => (plans[index]?.changes.length ?? 0) > 0);
  const opened: OpenGroup[] = [];
  try {
    for (const group of affected) {
      const workshop = await openWorkshop(group.id, request.words.command, ctx);
      opened.push({ group, workshop });
      refuseStale(group, workshop);
    }
    return await changeOpened(request, opened, ctx);
  } finally {
    for (const { workshop } of opened) await workshop.close();
  }
}

async function changeOpened(request: ChangeRequest, opened: readonly OpenGroup[], ctx: Context): Promise<ExitCode> {
  const { flags, session, words } = request;
  const plans = await planAll(
    request,
    opened.map(({ group, workshop }) => ({ group, state: workshop.journal.state })),
  );
  const view = viewOf(request, plans);
  const quiet = flags.quiet || flags.json;
  if (!quiet) ctx.stderr.write(renderChanges(view, ctx.stderr, ctx));
  for (const { workshop } of quiet ? [] : opened) {
    for (const warning of workshop.warnings) ctx.stderr.write(`Note: ${warning}\n`);
  }
  const real = view.changes.filter((change) => !isBookkeeping(change));
  if (real.length > 0 && !(await request.confirm(real))) {
    ctx.stderr.write('Nothing was changed.\n');
    return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
  }
  if (request.batch) await writeBatch(request, opened, plans, ctx);
  const progress = await createProgress({ ctx, total: real.length, label: words.doing, quiet });
  const outcomes: Outcome[] = [];
  const files: SavedFile[] = [];
  let stopped: CliError | undefined;
  try {
    for (const [index, { group, workshop }] of opened.entries()) {
      const changes = plans[index]?.changes ?? [];
      const deps: ApplyDeps = {
        api: session.api,
        guardrails: session.api,
        journal: workshop.journal,
        random: ctx.random,
        concurrency: session.concurrency,
        stop: ctx.interrupts.stop,
        rescue: workshop.rescue,
        onOutcome: ({ change, result }) => {
          if (!isBookkeeping(change) && result !== 'not_started') progress.step();
        },
      };
      const applied: Applied = stopped
        ? { outcomes: changes.map((change) => ({ change, result: 'not_started' })), stopped }
        : await (request.apply?.(group, changes, deps) ?? applyPlan(changes, deps)).catch(async (error: unknown) => {
            // What was done until then is in the journal: the results shall have it too.
            await saveResults(workshop, ctx);
            throw error;
          });
      outcomes.push(...applied.outcomes);
      stopped ??= applied.stopped;
      if (workshop.journal.state.tags.size > 0) files.push(...(await saveResults(workshop, ctx)));
    }
  } finally {
    progress.stop();
  }
  const interrupted = ctx.interrupts.stop.aborted;
  const done: ChangedView = {
    ...view,
    outcomes,
    recordOf: ({ tag = '' }) =>
      opened.map(({ workshop }) => workshop.journal.state.tags.get(tag)).find((record) => record !== undefined),
    files,
    stopped,
    interrupted,
    next: request.next(outcomes),
  };
  if (flags.json) printJson(ctx, changesJson(done));
  else ctx.stdout.write(renderChanged(done, ctx));
  await noteReported(opened.map(({ workshop }) => workshop));
  // After Ctrl-C the summary has said all, also how to go on.
  if (stopped && (flags.json || !interrupted)) throw stopped;
  if (interrupted) return EXIT.INTERRUPTED;
  if (files.some(({ failed }) => failed !== undefined)) return EXIT.CANNOT_SAVE;
  return outcomes.every(isDone) ? EXIT.OK : EXIT.PARTIAL;
}

async function planAll(
  request: ChangeRequest,
  groups: readonly { group: KeyGroup; state: JournalState }[],
): Promise<GroupPlan[]> {
  const open = openIn(request, groups);
  const plans: GroupPlan[] = [];
  for (const { group, state } of groups) plans.push(await request.plan(group, state, open));
  return plans;
}

function openIn(
  { selection }: ChangeRequest,
  groups: readonly { group: KeyGroup; state: JournalState }[],
): Map<string, OpenChange> {
  const states = new Map(selection.known.workshops.map(({ prefix, state }) => [prefix, state]));
  for (const { group, state } of groups) states.set(group.id.prefix, state);
  return unfinishedChanges([...states.values()]);
}

function viewOf({ words, flags, session, selection }: ChangeRequest, plans: readonly GroupPlan[]): ChangesView {
  const participants = new Map(
    [...selection.keys, ...selection.missing].map(({ key, participant }) => [key.hash, participant]),
  );
  return {
    words,
    dryRun: flags.dryRun,
    sandbox: session.sandbox,
    changes: plans.flatMap(({ changes }) => changes),
    participantOf: (change) => {
      const hash = change.kind === 'create' ? change.replaces?.hash : 'hash' in change ? change.hash : undefined;
      return participants.get(hash ?? '') ?? null;
    },
    untouched: plans.reduce((sum, { untouched }) => sum + untouched.length, 0),
    notes: [...new Set([...selection.known.notes, ...plans.flatMap(({ notes }) => notes)])],
  };
}

/** The keys were looked at before the folder was locked: what another run did in between would be lost. */
function refuseStale({ state }: KeyGroup, { folder, journal }: Workshop): void {
  if (!state.header || state.lastAt === journal.state.lastAt) return;
  throw new CliError('changed_meanwhile', EXIT.LOCKED, `Another run changed ${folder} just now; nothing was changed.`, {
    hint: 'Run the same command again.',
  });
}

async function writeBatch(
  request: ChangeRequest,
  opened: readonly OpenGroup[],
  plans: readonly GroupPlan[],
  ctx: Context,
): Promise<void> {
  const id = newTag(ctx.random);
  // What an earlier batch decided and did not finish stays decided: written again it would hang on this batch's end.
  const open = openIn(
    request,
    opened.map(({ group, workshop }) => ({ group, state: workshop.journal.state })),
  );
  const entries = plans.map(({ changes }) => batchEntries(changes).filter((line) => !isDecided(line, open)));
  const size = entries.reduce((sum, { length }) => sum + length, 0);
  for (const [index, { workshop }] of opened.entries()) {
    for (const entry of entries[index] ?? []) await workshop.journal.append({ ...entry, batch: { id, size } });
  }
}
