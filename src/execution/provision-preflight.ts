import type { Survey, SurveyTools } from '../apply/survey.ts';
import { checkManagementKey, resolveWorkspace, type Session, type SessionFlags } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import type { JournalState } from '../journal/fold.ts';
import { unfinishedRotations } from '../journal/open-changes.ts';
import type { NewKey } from '../keys/account-key.ts';
import { isCreate } from '../plan/change.ts';
import { type ProvisionPlan, planProvision } from '../plan/plan-provision.ts';
import { fatesOf } from '../plan/row-outcomes.ts';
import type { Roster } from '../roster/participant.ts';
import type { RosterFlags } from '../roster-file/read-roster.ts';
import { incompleteListing } from '../selection/select-from-account.ts';
import { unfinishedNote } from '../views/change-text.ts';
import type { PlanView } from '../views/provision-plan.ts';
import { type Workshop, type WorkshopId, workshopFolder } from '../workshop/workshop.ts';
import { type KeyFlags, readKeyFlags } from './key-settings.ts';

export interface ProvisionOptions extends KeyFlags {
  /** path as typed; `-` = standard input */
  roster: string;
  rosterFlags: RosterFlags;
  session: SessionFlags;
  prefix?: string | undefined;
  workspace?: string | undefined;
  /** new keys also for people whose keys exist on the account without a journal here */
  replace: boolean;
  skipInvalid: boolean;
  /** what was typed, for the command to continue with */
  args: readonly string[];
  dryRun: boolean;
  yes: boolean;
  json: boolean;
  quiet: boolean;
}

/** All that was found out before anything is changed. */
export interface Prepared {
  prefix: string;
  roster: Roster;
  defaults: Omit<NewKey, 'name'>;
  notes: string[];
  session: Session;
  id: WorkshopId;
  creditLeft: number | undefined;
}

export function refuseProblems(roster: Roster, { skipInvalid }: ProvisionOptions): void {
  if (roster.problems.length === 0 || skipInvalid) return;
  const rows = roster.problems.length === 1 ? '1 problem' : `${roster.problems.length} problems`;
  throw usageError('roster_problems', `${roster.file} has ${rows}; nothing was created.`, {
    issues: roster.problems,
    hint: 'Correct the rows and run again, or add --skip-invalid to go on without them.',
  });
}

export async function prepare(
  options: ProvisionOptions,
  prefix: string,
  roster: Roster,
  session: Session,
  ctx: Context,
): Promise<Prepared> {
  const current = await checkManagementKey(session);
  const workspace = await resolveWorkspace(session, options.workspace);
  const { settings: defaults, notes } = readKeyFlags(options, workspace, ctx.now());
  const credits = await session.api.getCredits();
  return {
    prefix,
    roster,
    defaults,
    notes,
    session,
    id: {
      outRoot: session.outRoot,
      place: session.place,
      prefix,
      baseUrl: session.baseUrl,
      account: current.organization_id ?? current.creator_user_id ?? undefined,
    },
    creditLeft: credits.total_credits - credits.total_usage,
  };
}

export function planFor(
  options: ProvisionOptions,
  prepared: Prepared,
  state: JournalState,
  survey: Survey,
): ProvisionPlan {
  const { prefix, roster, defaults } = prepared;
  return planProvision({
    prefix,
    participants: roster.participants,
    state,
    ...survey,
    defaults,
    replace: options.replace,
  });
}

export function planView(
  options: ProvisionOptions,
  prepared: Prepared,
  plan: ProvisionPlan,
  survey: Survey,
  state: JournalState,
): PlanView {
  const { prefix, roster, defaults, notes, creditLeft, session } = prepared;
  const unfinished = unfinishedRotations(state).length;
  const here = new Map(
    plan.skipped.flatMap((skip) => ('record' in skip ? [[skip.record.tag, skip.participant] as const] : [])),
  );
  return {
    prefix,
    folder: workshopFolder(prepared.id.outRoot, prefix),
    roster,
    defaults,
    notes: [
      ...notes,
      ...(survey.listing.complete ? [] : [`the list of keys is not complete: ${survey.listing.incomplete_because}`]),
      ...(unfinished > 0 ? [unfinishedNote(unfinished, prefix, session.place)] : []),
    ],
    plan,
    fates: options.dryRun ? fatesOf(roster.participants, plan.skipped, [], state) : [],
    participantOf: (change) => {
      const record =
        'tag' in change ? state.tags.get(change.tag) : state.byHash.get('hash' in change ? change.hash : '');
      return here.get(record?.tag ?? '') ?? record?.participant ?? null;
    },
    creditLeft,
    sandbox: session.sandbox,
    place: session.place,
    dryRun: options.dryRun,
  };
}

export function surveyTools({ session, defaults }: Prepared, ctx: Context): SurveyTools {
  return {
    api: session.api,
    sleep: ctx.sleep,
    stop: ctx.interrupts.stop,
    settleMs: session.settleMs,
    workspaces: [defaults.workspace_id],
  };
}

/** The roster goes into the journal when it is not what it was, so that keys.xlsx can be rebuilt from the journal alone. */
export async function rememberRoster({ journal }: Workshop, roster: Roster): Promise<void> {
  const { file, sheet, participants, table } = roster;
  const entry = { type: 'roster', file, sheet, participants, table } as const;
  const known = journal.state.roster;
  const before = known && {
    type: 'roster',
    file: known.file,
    sheet: known.sheet,
    participants: known.participants,
    table: known.table,
  };
  if (JSON.stringify(before) !== JSON.stringify(entry)) await journal.append(entry);
}

/** Who has a key that was made elsewhere can only be told from a whole list: without it nobody gets what may be a second one. */
export function refuseBlindCreates(plan: ProvisionPlan, { listing }: Survey, { replace }: ProvisionOptions): void {
  if (listing.complete || replace || !plan.changes.some(isCreate)) return;
  throw incompleteListing(listing, 'Nothing was changed. Run the same command again.');
}
