import type { AppliedTiers } from '../apply/apply-tiers.ts';
import { applyUntilResolved } from '../apply/apply-until-resolved.ts';
import type { Applied, ApplyDeps } from '../apply/step.ts';
import { type Survey, type SurveyTools, surveyAccount } from '../apply/survey.ts';
import {
  accountOf,
  checkManagementKey,
  resolveWorkspace,
  type Session,
  type SessionFlags,
} from '../connection/session.ts';
import type { Context } from '../context.ts';
import { ENTRY_VERSION } from '../journal/entry.ts';
import type { JournalState } from '../journal/fold.ts';
import { raiseVersion } from '../journal/journal.ts';
import type { Unit } from '../journal/unit.ts';
import type { CurrentKey, NewKey } from '../keys/account-key.ts';
import { subtractUsd } from '../money.ts';
import { type Create, isCreate, isTierChange } from '../plan/change.ts';
import type { AddressDecisions } from '../plan/find-moved.ts';
import type { NotApplied } from '../plan/kept-settings.ts';
import { type ProvisionPlan, planProvision } from '../plan/plan-provision.ts';
import { type TierPlan, tierChanges } from '../plan/plan-tiers.ts';
import { type TierTermsOf, tierOf } from '../plan/tier-people.ts';
import { isGroup } from '../roster/group.ts';
import type { Roster } from '../roster/participant.ts';
import type { RosterFlags } from '../roster-file/read-roster.ts';
import { incompleteListing } from '../selection/incomplete-listing.ts';
import type { Workshop } from '../workshop/workshop.ts';
import type { WorkshopId } from '../workshop/workshop-id.ts';
import type { ListFlags, TargetPlan } from './job.ts';
import { askAboutMoved, readAddressDecisions } from './moved-people.ts';
import { type ChosenPrefix, type NewKeyFlags, readNewKeyFlags } from './new-key-settings.ts';
import { refuseMixing } from './read-participants.ts';
import { type LoadedTiers, readTiers, refuseUnknownTiers } from './read-tiers.ts';
import { applyTierWork, type ListedKeys, plannedKeys, planTierWork, type TierWork } from './tier-work.ts';

/** The options of `provision` and `sync`. */
export interface ProvisionOptions extends NewKeyFlags, ListFlags {
  /** path as typed; `-` = standard input */
  roster: string;
  rosterFlags: RosterFlags;
  session: SessionFlags;
  prefix?: string | undefined;
  workspace?: string | undefined;
  /** also create keys for participants whose key on the account is not saved on this computer */
  createDuplicates: boolean;
  /** each `OLD=NEW`: two addresses of one person */
  samePerson?: string[] | undefined;
  /** addresses of people who only have the name of somebody else */
  newPerson?: string[] | undefined;
  /** one key for each participant, or for each group */
  per: Unit;
  /** each `OLD=NEW`: two names of one group */
  sameGroup?: string[] | undefined;
  /** names of groups that only have the members of another */
  newGroup?: string[] | undefined;
  skipInvalid: boolean;
  /** tiers file */
  tiers?: string | undefined;
  /** what is not applied to existing keys */
  notApplied: NotApplied;
  /** as typed, for the command to resume with */
  args: readonly string[];
}

/** What a run needs before its first change. */
export interface Prepared {
  prefix: string;
  prefixFrom: ChosenPrefix['from'];
  /** whose account it is, for people; undefined in the sandbox */
  account: string | undefined;
  roster: Roster;
  defaults: Omit<NewKey, 'name'>;
  notes: string[];
  session: Session;
  id: WorkshopId;
  /** USD */
  creditLeft: number | undefined;
  /** whose corrected address is whose, as typed or answered */
  decisions: AddressDecisions;
  /** undefined = the run was given no tiers */
  tierWork: (TierWork & { models: LoadedTiers['models'] }) | undefined;
  /** what became of the tiers, once the run is over */
  appliedTiers: AppliedTiers | undefined;
}

/** The keys to create for a roster, and the account that the plan is based on. */
export interface RosterPlan extends TargetPlan {
  provision: ProvisionPlan;
  survey: Survey;
  /** undefined = the run was given no tiers */
  tiers: TierPlan | undefined;
}

export async function prepare(
  options: ProvisionOptions,
  { prefix, from }: ChosenPrefix,
  roster: Roster,
  session: Session,
  ctx: Context,
): Promise<Prepared> {
  const tiers = options.tiers === undefined ? undefined : await readTiers(options.tiers, session.api, ctx);
  if (tiers) refuseUnknownTiers(roster.participants, tiers, tiers.file);
  const current = await checkManagementKey(session);
  const workspace = await resolveWorkspace(session, options.workspace);
  const { settings: defaults, notes } = readNewKeyFlags(options, workspace, ctx.now());
  const credits = await session.api.getCredits();
  const { outRoot, locationArgs, baseUrl } = session;
  return {
    prefix,
    prefixFrom: from,
    account: session.sandbox ? undefined : accountText(current, options.workspace),
    roster,
    defaults,
    notes: [...notes, ...(tiers?.notices.map(({ message }) => message) ?? [])],
    session,
    id: { outRoot, locationArgs, prefix, baseUrl, account: accountOf(current) },
    creditLeft: subtractUsd(credits.total_credits, credits.total_usage),
    decisions: readAddressDecisions(options),
    tierWork: tiers && {
      prefix,
      set: tiers,
      participants: roster.participants,
      session,
      takeOver: false,
      deleteUnused: false,
      models: tiers.models,
    },
    appliedTiers: undefined,
  };
}

/** `organization org_…, workspace team, management key sk-or-v1-0e6...1c96` */
function accountText({ organization_id, creator_user_id, label }: CurrentKey, workspace: string | undefined) {
  const owner = organization_id ? `organization ${organization_id}` : creator_user_id;
  const parts = [
    ...(owner ? [owner] : []),
    ...(workspace === undefined ? [] : [`workspace ${workspace}`]),
    ...(label === undefined ? [] : [`management key ${label}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** Checks the account and plans for each participant. Throws if the key list is incomplete and keys would be created. */
export async function planRoster(
  options: ProvisionOptions,
  prepared: Prepared,
  state: JournalState,
  ctx: Context,
): Promise<RosterPlan> {
  refuseMixing(options, prepared.prefix, state);
  const survey = await surveyAccount(state, surveyTools(prepared, ctx));
  const first = planFor(options, prepared, state, survey);
  const decided = await askAboutMoved(options, first, ctx);
  prepared.decisions = decided ?? prepared.decisions;
  const provision = decided ? planFor(options, prepared, state, survey) : first;
  if (!survey.listing.complete && !options.createDuplicates && provision.changes.some(isCreate)) {
    // Only a complete list shows who has a key that was created elsewhere.
    throw incompleteListing(survey.listing, 'Nothing was changed. Run the same command again.');
  }
  const { tierWork } = prepared;
  const creates = provision.changes.filter(isCreate);
  const planned = tierWork ? plannedKeys(tierWork, creates) : [];
  const tiers = tierWork && (await planTierWork(tierWork, state, listedKeys(survey), ctx, planned));
  return { provision, survey, tiers, changes: [...provision.changes, ...(tiers ? tierChanges(tiers) : [])] };
}

/** Creates keys and resolves unknown outcomes; then every key gets the models of its tier. */
export async function applyRosterPlan(
  options: ProvisionOptions,
  prepared: Prepared,
  plan: RosterPlan,
  deps: ApplyDeps & { onRound(): void },
  ctx: Context,
): Promise<Applied> {
  const changes = plan.changes.filter((change) => !isTierChange(change));
  const applied = await applyUntilResolved(changes, {
    ...deps,
    survey: surveyTools(prepared, ctx),
    replan: (state, survey): Create[] => planFor(options, prepared, state, survey).changes.filter(isCreate),
  });
  const { tierWork } = prepared;
  if (!tierWork || applied.stopped || deps.stop.aborted) return applied;
  // The keys of this run exist only now, so the plan is made anew.
  const tiers = await applyTierWork(tierWork, undefined, listedKeys(plan.survey), deps, ctx);
  prepared.appliedTiers = tiers;
  return { outcomes: [...applied.outcomes, ...tiers.outcomes], stopped: tiers.stopped };
}

function listedKeys({ listing, unlisted, gone }: Survey): ListedKeys {
  return { keys: [...listing.keys, ...unlisted], gone };
}

/** Records the roster in the journal if it has changed, so that keys.xlsx can be rebuilt from the journal alone. */
export async function rememberRoster({ journal }: Workshop, roster: Roster): Promise<void> {
  const { file, sheet, participants, table } = roster;
  const entry = { type: 'roster', file, sheet, participants, table } as const;
  if (participants.some(isGroup)) await raiseVersion(journal, ENTRY_VERSION.group);
  const { at: _, ...known } = journal.state.roster ?? { at: '' };
  if (JSON.stringify(known) !== JSON.stringify(entry)) await journal.append(entry);
}

function planFor(options: ProvisionOptions, prepared: Prepared, state: JournalState, survey: Survey): ProvisionPlan {
  const { prefix, roster, defaults, decisions } = prepared;
  const { participants } = roster;
  const { createDuplicates } = options;
  const termsOf = termsOfTiers(prepared);
  return planProvision({ prefix, participants, state, ...survey, defaults, createDuplicates, decisions, termsOf });
}

/** What tiers say about limits; undefined without tiers. */
export function termsOfTiers({ tierWork }: Pick<Prepared, 'tierWork'>): TierTermsOf | undefined {
  return tierWork && ((participant) => tierOf(participant, tierWork.set));
}

function surveyTools({ session, defaults }: Prepared, ctx: Context): SurveyTools {
  return {
    api: session.api,
    sleep: ctx.sleep,
    stop: ctx.interrupts.stop,
    recheckMs: session.recheckMs,
    workspaces: [defaults.workspace_id],
  };
}
