import { openSession } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { type ExitCode, usageError } from '../../errors.ts';
import type { Done, Planned, Target } from '../../execution/job.ts';
import { readNewKeyFlags, readPrefix } from '../../execution/new-key-settings.ts';
import { offTerminal } from '../../execution/off-terminal.ts';
import {
  type Prepared,
  type ProvisionOptions,
  planRoster,
  prepare,
  type RosterPlan,
  termsOfTiers,
} from '../../execution/provisioning.ts';
import { readRosterFor, refuseProblems } from '../../execution/read-participants.ts';
import { carryOutRoster } from '../../execution/roster-job.ts';
import { rosterPlanView, rosterResultView } from '../../execution/roster-views.ts';
import type { JournalState } from '../../journal/fold.ts';
import type { LimitReset } from '../../keys/account-key.ts';
import { type Change, isCreate } from '../../plan/change.ts';
import { planSync, revokeMissing, type SyncPlan } from '../../plan/plan-sync.ts';
import { tierChanges } from '../../plan/plan-tiers.ts';
import { plural } from '../../plural.ts';
import type { Roster } from '../../roster/participant.ts';
import { incompleteListing } from '../../selection/incomplete-listing.ts';
import { confirmTyped, confirmYes, FINISH_EARLIER } from '../../terminal/confirm.ts';
import { askFor, orphansText } from '../../views/change-text.ts';
import { tierChangesText } from '../../views/tiers-text.ts';
import { renderSynced, renderSyncPlan, type SyncedView, type SyncView, syncJson } from './screen.ts';

export interface SyncOptions extends Omit<ProvisionOptions, 'limit' | 'limitReset' | 'skipInvalid' | 'notApplied'> {
  /** absent = existing limits are kept, unless the roster has another */
  limit?: string | undefined;
  /** false = `--no-limit-reset` */
  limitReset?: Exclude<LimitReset, null> | false | undefined;
  revokeMissing: boolean;
}

interface SyncedPlan extends RosterPlan {
  sync: SyncPlan;
  /** deletions of the keys of participants no longer in the roster; empty if they are kept */
  deletes: readonly Change[];
}

/** The default limit of new keys, the same as for provision. */
const DEFAULT_LIMIT = '1';

/** Creates missing keys, changes limits that differ from the roster, and reports or deletes keys of participants no longer in it. */
export async function runSync(options: SyncOptions, ctx: Context): Promise<ExitCode> {
  const prefix = readPrefix(options.prefix, options.roster, ctx);
  const provision = provisionOptions(options);
  readNewKeyFlags(provision, undefined, ctx.now());
  const roster = await readRosterFor(options, prefix, ctx);
  refuseProblems(roster, provision);
  refuseEmpty(roster);
  const session = await openSession(options.session, ctx, { dryRun: options.dryRun });
  try {
    const prepared = await prepare(provision, prefix, roster, session, ctx);
    const planView = (planned: Planned<Target, SyncedPlan>): SyncView => ({
      provision: rosterPlanView(provision, prepared, planned, ctx),
      sync: planned.plan.sync,
      deletes: planned.plan.deletes,
    });
    const resultView = (planned: Planned<Target, SyncedPlan>, done: Done<Target, SyncedPlan>): SyncedView => ({
      ...planView(planned),
      provision: rosterResultView(provision, prepared, planned, done, ctx),
      outcomes: done.outcomes,
    });
    return await carryOutRoster<SyncedPlan>(
      {
        command: 'sync',
        doing: 'Syncing keys',
        options: provision,
        prepared,
        plan: (state) => planAll(options, prepared, state, ctx),
        renderPlan: (planned, output) => renderSyncPlan(planView(planned), ctx, output),
        planJson: (planned) => syncJson(planView(planned), ctx.env),
        confirm: (changes) => confirmed(options, prefix.prefix, changes, ctx),
        renderResult: (planned, done) => renderSynced(resultView(planned, done), ctx),
        resultJson: (planned, done) => syncJson(resultView(planned, done), ctx.env),
      },
      ctx,
    );
  } finally {
    await session.close();
  }
}

/** Throws if the key list is incomplete, because then it is unknown who has which key. */
async function planAll(
  options: SyncOptions,
  prepared: Prepared,
  state: JournalState,
  ctx: Context,
): Promise<SyncedPlan> {
  const { provision, survey, tiers } = await planRoster(provisionOptions(options), prepared, state, ctx);
  if (!survey.listing.complete) {
    throw incompleteListing(survey.listing, 'Nothing was changed. Run the same command again.');
  }
  const { limit, limitReset } = options;
  const sync = planSync({
    participants: prepared.roster.participants,
    skipped: provision.skipped,
    state,
    keys: survey.listing.keys,
    gone: survey.gone,
    moved: provision.changes.flatMap((change) => (change.kind === 'record_person' ? [change.person] : [])),
    limit: limit === undefined ? undefined : prepared.defaults.limit,
    limit_reset: limitReset === false ? null : limitReset,
    termsOf: termsOfTiers(prepared),
  });
  const deletes = options.revokeMissing ? revokeMissing(sync.missing) : [];
  const changes = uniqueGone([
    ...provision.changes,
    ...sync.resolved,
    ...sync.patches,
    ...deletes,
    ...(tiers ? tierChanges(tiers) : []),
  ]);
  return { provision, survey, tiers, sync, deletes, changes };
}

/** A key that is no longer on the account is recorded once. */
function uniqueGone(changes: readonly Change[]): Change[] {
  const recorded = new Set<string>();
  return changes.filter((change) => {
    if (change.kind !== 'record_gone') return true;
    const first = !recorded.has(change.hash);
    recorded.add(change.hash);
    return first;
  });
}

function provisionOptions(options: SyncOptions): ProvisionOptions {
  const { limit = DEFAULT_LIMIT, limitReset } = options;
  return {
    ...options,
    limit,
    limitReset: limitReset === false ? undefined : limitReset,
    skipInvalid: false,
    notApplied: {
      limit: false,
      limitReset: false,
      expires: options.expires !== undefined,
      includeByok: options.includeByok,
      ofRows: false,
      expiresOfRows: true,
    },
  };
}

/** An empty roster is far more often a mistake than a workshop that everyone has left. */
function refuseEmpty(roster: Roster): void {
  if (roster.participants.length > 0) return;
  throw usageError('empty_roster', `${roster.file}: the roster has no participants. Nothing was changed.`, {
    hint: 'To end a workshop, use orkeys revoke --prefix.',
  });
}

/** To confirm a deletion, the user types the prefix. Changes need a yes; creating keys needs none in a script. */
function confirmed({ yes }: SyncOptions, prefix: string, changes: readonly Change[], ctx: Context): Promise<boolean> {
  if (changes.every(({ kind }) => kind === 'record_person')) return Promise.resolve(true);
  const creates = changes.filter(isCreate).length;
  const deletes = changes.filter(({ kind }) => kind === 'delete').length;
  const patches = changes.filter(({ kind }) => kind === 'update').length;
  const parts = [
    ...(creates > 0 ? [`create ${plural(creates, 'key')}`] : []),
    ...(patches > 0 ? [`change ${plural(patches, 'key')}`] : []),
    ...(deletes > 0 ? [`permanently delete ${plural(deletes, 'key')}`] : []),
    tierChangesText(changes),
  ];
  const question = `${askFor(parts) ?? FINISH_EARLIER}${orphansText(changes)}`;
  if (deletes > 0) return confirmTyped({ ctx, question, expected: prefix, yes });
  return confirmYes({ ctx, question, yes, offTerminal: patches > 0 ? 'refuse' : offTerminal(changes) });
}
