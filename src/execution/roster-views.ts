import { isAbsolute, relative } from 'node:path';
import type { Context } from '../context.ts';
import { unfinishedRotations } from '../journal/open-changes.ts';
import { changedHash, type Outcome } from '../plan/change.ts';
import { findExisting } from '../plan/kept-settings.ts';
import { isSettled } from '../plan/plan-tiers.ts';
import { type RowOutcome, rowOutcomes } from '../plan/row-outcomes.ts';
import { tierOf } from '../plan/tier-people.ts';
import { commandLine } from '../terminal/command-line.ts';
import { canAsk } from '../terminal/confirm.ts';
import { unfinishedNote } from '../views/change-text.ts';
import { existingHints } from '../views/existing-text.ts';
import { rosterCheckArgs } from '../views/notices.ts';
import type { PlanView } from '../views/provision-plan.ts';
import type { SummaryView } from '../views/provision-summary.ts';
import { isMarkedShared } from '../workshop/shared-marker.ts';
import { workshopFolder } from '../workshop/shelf.ts';
import type { Done, Planned, Target } from './job.ts';
import type { Prepared, ProvisionOptions, RosterPlan } from './provisioning.ts';

export function rosterPlanView(
  options: ProvisionOptions,
  prepared: Prepared,
  { plan, state }: Planned<Target, RosterPlan>,
  ctx: Context,
): PlanView {
  const { prefix, roster, defaults, notes, creditLeft, session } = prepared;
  const { provision, survey } = plan;
  const unfinished = unfinishedRotations(state);
  const participantsByTag = new Map(
    provision.skipped.flatMap((skip) =>
      skip.because === 'has_key' ? [[skip.held.tag, skip.participant] as const] : [],
    ),
  );
  const folder = workshopFolder(prepared.id.outRoot, prefix);
  const { keys } = survey.listing;
  const { notApplied, args } = options;
  const existing = findExisting({ skipped: provision.skipped, keys, wanted: defaults, notApplied });
  return {
    prefix,
    prefixFrom: prepared.prefixFrom,
    account: prepared.account,
    folder,
    shownFolder: shownFolder(folder, ctx),
    roster,
    seeAllNotices: commandLine(rosterCheckArgs(options.roster, options.rosterFlags), ctx.env),
    defaults,
    disabled: existing.disabled.length,
    hints: existingHints(
      {
        existing,
        prefix,
        locationArgs: session.locationArgs,
        args,
        typed: {
          limit: notApplied.limit ? options.limit : undefined,
          limitReset: options.limitReset,
          expires: options.expires,
        },
        hasProblems: roster.problems.length > 0,
      },
      ctx.env,
    ),
    notes: [
      ...notes,
      ...(survey.listing.complete ? [] : [`the key list is incomplete: ${survey.listing.incomplete_because}`]),
      ...(state.tiers && !prepared.tierWork ? [TIERS_WITHOUT_FILE] : []),
      ...(unfinished.length > 0 ? [unfinishedNote(unfinished, prefix, session.locationArgs)] : []),
    ],
    plan: provision,
    tiers: plan.tiers && { plan: plan.tiers, models: prepared.tierWork?.models ?? [] },
    rows: options.dryRun ? withTiers(rowOutcomes(roster.participants, provision.skipped, [], state), prepared) : [],
    participantOf: (change) => {
      const hash = changedHash(change);
      const tag = 'tag' in change ? change.tag : hash === undefined ? undefined : state.tagByHash.get(hash);
      if (tag === undefined) return null;
      return participantsByTag.get(tag) ?? state.attempts.get(tag)?.participant ?? null;
    },
    creditLeft,
    service: session,
    locationArgs: session.locationArgs,
    dryRun: options.dryRun,
    asks: !options.yes && !options.dryRun && canAsk(ctx),
    allRows: options.allRows,
  };
}

export function rosterResultView(
  options: ProvisionOptions,
  prepared: Prepared,
  planned: Planned<Target, RosterPlan>,
  {
    outcomes,
    files,
    stopped,
    interrupted,
  }: Pick<Done<Target, RosterPlan>, 'outcomes' | 'files' | 'stopped' | 'interrupted'>,
  ctx: Context,
): SummaryView {
  return {
    ...rosterPlanView(options, prepared, planned, ctx),
    rows: rowsOf(prepared, planned, outcomes),
    files,
    isShared: isMarkedShared(workshopFolder(prepared.id.outRoot, prepared.prefix)),
    outcomes,
    tiersLeft: prepared.appliedTiers?.left,
    stopped,
    again: commandLine(options.args, ctx.env),
    interrupted,
  };
}

const TIERS_WITHOUT_FILE =
  'tiers were applied to this workshop; without --tiers, new keys may use every model until orkeys tiers apply';

/** The outcome of every participant, once the run is over. */
export function rowsOf(
  prepared: Prepared,
  { plan, state }: Planned<Target, RosterPlan>,
  outcomes: readonly Outcome[],
): RowOutcome[] {
  const { roster } = prepared;
  return withTiers(rowOutcomes(roster.participants, plan.provision.skipped, outcomes, state), prepared);
}

/** Whether every key has the models of its tier, as far as this run knows. */
export function areTiersSettled({ tierWork, appliedTiers }: Prepared): boolean {
  return !tierWork || (appliedTiers?.left !== undefined && isSettled(appliedTiers.left));
}

function withTiers(rows: RowOutcome[], { tierWork, appliedTiers }: Prepared): RowOutcome[] {
  if (!tierWork) return rows;
  const right = new Set(appliedTiers?.left?.tiers.flatMap((tier) => [...tier.right]));
  return rows.map((row) => {
    const tier = tierOf(row.participant, tierWork.set)?.name;
    const hash = row.held?.facts.hash;
    // Without a look at the account, a key counts as one that may use every model.
    const bound = appliedTiers && row.held ? { bound: hash !== undefined && right.has(hash) } : {};
    return { ...row, ...(tier === undefined ? {} : { tier }), ...bound };
  });
}

/** Whether another run has something left to do for a participant. */
export function isRowOpen({ result }: RowOutcome): boolean {
  return result === 'refused' || result === 'unresolved' || result === 'not_started';
}

/** Relative where it is in the working folder, as it would be typed. */
function shownFolder(folder: string, { cwd }: Pick<Context, 'cwd'>): string {
  const below = relative(cwd, folder);
  return below === '' || below.startsWith('..') || isAbsolute(below) ? folder : below;
}
