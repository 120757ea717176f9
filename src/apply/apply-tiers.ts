import { CliError, EXIT } from '../errors.ts';
import type { Change, Outcome } from '../plan/change.ts';
import { hasChanges, type TierPlan } from '../plan/plan-tiers.ts';
import { applyPlan } from './apply-plan.ts';
import { midRun } from './mid-run.ts';
import type { Applied, ApplyDeps } from './step.ts';

/** What became of a plan for tiers. */
export interface AppliedTiers extends Applied {
  /** the account as the last lists show it; undefined if it could not be listed again */
  left: TierPlan | undefined;
}

/** How many times one run looks again, and does what is still to be done. */
const MOST_ROUNDS = 4;

/**
 * Guardrails are made and get their lists, then keys are assigned, then the lists are read again. Only when all keys are where they
 * belong, keys are unassigned and guardrails deleted: no key is without its guardrail in between. Whatever is left is in the last plan.
 */
export async function applyTiers(
  planned: TierPlan | undefined,
  deps: ApplyDeps & { replan(): Promise<TierPlan> },
): Promise<AppliedTiers> {
  const outcomes = new Map<string, Outcome>();
  let stopped: CliError | undefined;
  const apply = async (changes: readonly Change[]) => {
    const open = changes.filter((change) => outcomes.get(idOf(change))?.result !== 'refused');
    const applied = await applyPlan(open, deps);
    for (const outcome of applied.outcomes) outcomes.set(idOf(outcome.change), outcome);
    stopped ??= applied.stopped;
    return open.length > 0;
  };
  let plan: TierPlan | undefined;
  try {
    plan = planned ?? (await deps.replan());
    for (let round = 1; round <= MOST_ROUNDS && hasChanges(plan) && !stopped && !deps.stop.aborted; round += 1) {
      const isPlaced = plan.prepare.length + plan.bind.length === 0;
      const some = isPlaced ? await apply(plan.release) : await apply(plan.prepare);
      const more = !isPlaced && !stopped && (await apply(plan.bind));
      if (!some && !more) break;
      plan = await deps.replan();
    }
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode === EXIT.CANNOT_SAVE) throw error;
    plan = undefined;
    if (!deps.stop.aborted) stopped ??= midRun(error);
  }
  return { outcomes: [...outcomes.values()], stopped, left: plan };
}

/** Of several tries only the last one counts. */
function idOf(change: Change): string {
  const at = 'workspace_id' in change ? change.workspace_id : 'id' in change ? change.id : '';
  // One that was asked for and one that was found afterwards are the same.
  const what = change.kind === 'adopt_guardrail' ? 'make_guardrail' : change.kind;
  return `${what} ${'name' in change ? change.name : ''} ${at} ${'hashes' in change ? change.hashes[0] : ''}`;
}
