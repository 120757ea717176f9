import { applyPlan } from '../apply/apply-plan.ts';
import type { Applied, ApplyDeps } from '../apply/step.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../errors.ts';
import type { JournalState, OpenChange } from '../journal/fold.ts';
import { unfinishedChanges } from '../journal/open-changes.ts';
import type { AccountKey } from '../keys/account-key.ts';
import { newTag } from '../keys/key-name.ts';
import type { Candidate } from '../keys/select-keys.ts';
import { batchEntries, isDecided } from '../plan/batch-entries.ts';
import { type Change, changedHash, isBookkeeping } from '../plan/change.ts';
import { plural } from '../plural.ts';
import { isGroup } from '../roster/group.ts';
import type { OpenSelection } from '../selection/open-selection.ts';
import type { NextStep } from '../terminal/next-step.ts';
import { changesJson } from '../views/change-json.ts';
import { type ChangesView, type ChangeWords, renderChanges } from '../views/change-plan.ts';
import { type ChangedView, renderChanged } from '../views/change-result.ts';
import { carryOut } from './carry-out.ts';
import type { Done, ListFlags, OpenTarget, Planned, TargetPlan } from './job.ts';
import { groupKeys, type KeyGroup } from './key-groups.ts';
import { recordReadings } from './record-readings.ts';

/** The plan for the keys of one workshop. */
export interface GroupPlan extends TargetPlan {
  changes: Change[];
  unchanged: readonly AccountKey[];
  notes: readonly string[];
}

/** What distinguishes a command that changes selected keys from the others. */
export interface ChangeRequest {
  words: ChangeWords;
  flags: ListFlags & { prefix?: string | undefined };
  open: OpenSelection;
  plan(group: KeyGroup, state: JournalState, unfinished: ReadonlyMap<string, OpenChange>): Promise<GroupPlan>;
  /** Asks for confirmation; called with the changes that send a request, and the workshops of their keys. */
  confirm(changes: readonly Change[], prefixes: readonly string[]): Promise<boolean>;
  /** all changes are recorded before the first request, so that the next run after a crash finishes the same changes */
  batch: boolean;
  /** keys are deleted: what they spent by now is recorded before, where usage is recorded at all */
  deletes?: boolean;
  /** replaces the single pass over the changes */
  apply?(group: KeyGroup, changes: readonly Change[], deps: ApplyDeps): Promise<Applied>;
  next(done: Done<KeyGroup, GroupPlan>): NextStep[];
}

type PlannedGroup = Planned<KeyGroup, GroupPlan>;

/** Changes selected keys, each in the workshop whose journal has it. */
export async function changeKeys(request: ChangeRequest, ctx: Context): Promise<ExitCode> {
  const { words, flags, open } = request;
  const { session, selection, account } = open;
  const targets = groupKeys(selection, {
    prefix: flags.prefix,
    outRoot: session.outRoot,
    locationArgs: session.locationArgs,
    baseUrl: session.baseUrl,
    account,
  });
  const { apply } = request;
  return carryOut<KeyGroup, GroupPlan>(
    {
      command: words.command,
      doing: words.doing,
      flags,
      session,
      targets,
      reportsBatches: request.batch,
      always: false,
      plan: (group, state, states) => request.plan(group, state, unfinishedIn(request, states)),
      renderPlan: (planned, output) => renderChanges(planView(request, planned), output, ctx),
      planJson: (planned) => changesJson(planView(request, planned)),
      confirm: async (planned) => {
        const sent = changesOf(planned).filter((change) => !isBookkeeping(change));
        const changing = planned.filter(({ plan }) => plan.changes.some((change) => !isBookkeeping(change)));
        const prefixes = changing.map(({ target }) => target.id.prefix);
        return sent.length === 0 || request.confirm(sent, prefixes);
      },
      remember: async (opened) => {
        if (request.deletes) await recordReadings(opened, recordTools(request), ctx);
        if (request.batch) await writeBatch(request, opened, ctx);
      },
      apply: ({ target, plan }, deps) => (apply ? apply(target, plan.changes, deps) : applyPlan(plan.changes, deps)),
      renderResult: (done) => renderChanged(resultView(request, done), ctx),
      resultJson: (done) => changesJson(resultView(request, done)),
    },
    ctx,
  );
}

function recordTools({ flags, open: { session, selection } }: ChangeRequest) {
  const { api, concurrency } = session;
  return { api, listed: selection.listing.keys, parallel: concurrency, quiet: flags.quiet || flags.json };
}

/** A batch can span several workshops, so finding unfinished changes needs all their journals. */
function unfinishedIn({ open }: ChangeRequest, states: ReadonlyMap<string, JournalState>): Map<string, OpenChange> {
  const known = new Map(open.selection.known.workshops.map(({ prefix, state }) => [prefix, state]));
  return unfinishedChanges([...new Map([...known, ...states]).values()]);
}

function changesOf(planned: readonly PlannedGroup[]): Change[] {
  return planned.flatMap(({ plan }) => plan.changes);
}

function planView({ words, flags, open }: ChangeRequest, planned: readonly PlannedGroup[]): ChangesView {
  const { session, selection } = open;
  const participants = new Map(
    [...selection.keys, ...selection.missing].map(({ key, participant }) => [key.hash, participant]),
  );
  return {
    words,
    dryRun: flags.dryRun,
    service: session,
    changes: changesOf(planned),
    participantOf: (change) => {
      const hash = changedHash(change);
      return (hash === undefined ? undefined : participants.get(hash)) ?? null;
    },
    unchanged: planned.reduce((sum, { plan }) => sum + plan.unchanged.length, 0),
    allRows: flags.allRows,
    notes: [
      ...new Set([...selection.notes, ...sharedNotes(selection.keys), ...planned.flatMap(({ plan }) => plan.notes)]),
    ],
  };
}

/** Whoever names one member changes the key of all. */
function sharedNotes(keys: readonly Candidate[]): string[] {
  const groups = keys.map(({ participant }) => participant).filter(isGroup);
  if (groups.length === 0) return [];
  const shown = groups
    .slice(0, MOST_GROUPS)
    .map(({ name, members }) => `${name} (${plural(members.length, 'person', 'people')})`);
  const more = groups.length > shown.length ? ` and ${groups.length - shown.length} more` : '';
  return [`shared by the members of ${shown.join(', ')}${more}`];
}

const MOST_GROUPS = 3;

function resultView(request: ChangeRequest, done: Done<KeyGroup, GroupPlan>): ChangedView {
  const { outcomes, files, stopped, interrupted, planned } = done;
  return {
    ...planView(request, planned),
    outcomes,
    attemptOf: ({ tag }) =>
      planned.map(({ state }) => (tag === undefined ? undefined : state.attempts.get(tag))).find((found) => found),
    files,
    stopped,
    interrupted,
    next: request.next(done),
  };
}

async function writeBatch(
  request: ChangeRequest,
  opened: readonly OpenTarget<KeyGroup, GroupPlan>[],
  ctx: Context,
): Promise<void> {
  const id = newTag(ctx.random);
  // Unfinished changes of an earlier batch are not recorded again, because they would then depend on this batch being complete.
  const unfinished = unfinishedIn(request, new Map(opened.map(({ target, state }) => [target.id.prefix, state])));
  const lines = opened.map(({ workshop, plan }) => ({
    workshop,
    entries: batchEntries(plan.changes).filter((line) => !isDecided(line, unfinished)),
  }));
  const size = lines.reduce((sum, { entries }) => sum + entries.length, 0);
  for (const { workshop, entries } of lines) {
    for (const entry of entries) await workshop.journal.append({ ...entry, batch: { id, size } });
  }
}
