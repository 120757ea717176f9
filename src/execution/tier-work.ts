import { type AppliedTiers, applyTiers } from '../apply/apply-tiers.ts';
import type { ApplyDeps } from '../apply/step.ts';
import { surveyTiers } from '../apply/survey-tiers.ts';
import type { Session } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { ENTRY_VERSION } from '../journal/entry.ts';
import type { JournalState } from '../journal/fold.ts';
import { type Journal, raiseVersion } from '../journal/journal.ts';
import type { AccountKey } from '../keys/account-key.ts';
import type { Create } from '../plan/change.ts';
import { planTiers, type TierPlan } from '../plan/plan-tiers.ts';
import { PLANNED_KEY, type TierKey, type TierSet, tierKeys, tierOf } from '../plan/tier-people.ts';
import type { Participant } from '../roster/participant.ts';

/** What does not change while tiers are applied to a workshop. */
export interface TierWork {
  prefix: string;
  set: TierSet;
  /** absent = everybody that keys were created for */
  participants: readonly Participant[] | undefined;
  session: Session;
  takeOver: boolean;
  deleteUnused: boolean;
}

/** The keys on the account, as a survey found them. */
export interface ListedKeys {
  keys: readonly AccountKey[];
  gone: ReadonlySet<string>;
}

/** Reads the account and plans. `planned`: keys that are still to be created. */
export async function planTierWork(
  work: TierWork,
  state: JournalState,
  { keys, gone }: ListedKeys,
  ctx: Context,
  planned: readonly TierKey[] = [],
): Promise<TierPlan> {
  const { prefix, set, participants, session, takeOver, deleteUnused } = work;
  const all = [...tierKeys(state, participants, set, keys, gone), ...planned];
  const tools = { api: session.api, sleep: ctx.sleep, stop: ctx.interrupts.stop, recheckMs: session.recheckMs };
  const survey = await surveyTiers(state, all, tools);
  return planTiers({ ...survey, prefix, tiers: set.tiers, takeOver, deleteUnused });
}

export function applyTierWork(
  work: TierWork,
  plan: TierPlan | undefined,
  listed: ListedKeys,
  deps: ApplyDeps,
  ctx: Context,
): Promise<AppliedTiers> {
  const replan = () => planTierWork(work, deps.journal.state, listed, ctx);
  return applyTiers(plan, { ...deps, replan });
}

/** Keys that a plan is about to create. Their hashes are not known before. */
export function plannedKeys({ set }: TierWork, creates: readonly Create[]): TierKey[] {
  return creates.flatMap(({ participant, stem, wanted: { workspace_id } }, at) => {
    const tier = participant && tierOf(participant, set);
    return tier ? [{ participant, tier, hash: `${PLANNED_KEY}${at}`, name: stem, workspace_id }] : [];
  });
}

/** Records the tiers if they have changed, so that drift can be shown without their file. */
export async function rememberTiers(journal: Journal, set: TierSet): Promise<void> {
  const tiers = set.tiers.map(({ name, models, limit, limit_reset }) => ({
    name,
    models: models && [...models],
    ...(limit === undefined ? {} : { limit }),
    ...(limit_reset === undefined ? {} : { limit_reset }),
  }));
  const entry = { type: 'tiers', tiers, ...(set.default === undefined ? {} : { default: set.default }) } as const;
  const { at: _, ...known } = journal.state.tiers ?? { at: '' };
  if (JSON.stringify(known) === JSON.stringify(entry)) return;
  await raiseVersion(journal, ENTRY_VERSION.tiers);
  await journal.append(entry);
}
