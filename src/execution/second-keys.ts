import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import type { JournalState } from '../journal/fold.ts';
import { isCreate, isDone, type Outcome } from '../plan/change.ts';
import { findSecondKeys, type SecondKey } from '../plan/second-keys.ts';
import type { Prepared, RosterPlan } from './provisioning.ts';

/** What one more look at the account told, once all keys are saved. */
export interface SecondLook {
  keys: readonly SecondKey[];
  /** why it could not be looked */
  failed?: string;
}

/** Nothing was created in this run, so there was nothing to look for. */
export const NO_SECOND_LOOK: SecondLook = { keys: [] };

/** Lists the account once more where keys were created: another computer may have run for the same roster at the same time. */
export async function lookForSecondKeys(
  { session, defaults }: Prepared,
  { plan, state }: { plan: RosterPlan; state: JournalState },
  outcomes: readonly Outcome[],
  ctx: Context,
): Promise<SecondLook> {
  const created = outcomes.some((outcome) => isCreate(outcome.change) && isDone(outcome));
  if (!created || ctx.interrupts.stop.aborted) return NO_SECOND_LOOK;
  try {
    const now = await session.api.listKeys({ workspace_id: defaults.workspace_id });
    return { keys: findSecondKeys({ outcomes, state, before: plan.survey.listing, now }) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { keys: [], failed: error.message };
  }
}
