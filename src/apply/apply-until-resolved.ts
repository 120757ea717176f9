import { CliError, EXIT } from '../errors.ts';
import type { JournalState } from '../journal/fold.ts';
import type { Change, Outcome } from '../plan/change.ts';
import { planSweep, unlocatedKeys, unresolvedAttempts } from '../plan/plan-sweep.ts';
import { applyPlan } from './apply-plan.ts';
import { midRun } from './mid-run.ts';
import type { Applied, ApplyDeps } from './step.ts';
import { type Survey, type SurveyTools, surveyAccount } from './survey.ts';
import { isUnreadableStop, stopAfterUnreadable } from './unreadable-creates.ts';

/** How many times one run checks for a key with an unknown outcome and creates it again. */
const MAX_ROUNDS = 3;

export interface ResolveDeps extends ApplyDeps {
  survey: SurveyTools;
  /** The keys that are still to be created, according to the current state. */
  replan(state: JournalState, survey: Survey): Change[];
  onRound?(doubts: number): void;
}

/**
 * Applies a plan, then resolves unknown outcomes by checking the account: removes orphaned keys and creates new ones instead.
 * Outcomes that are still unknown after that stay in the journal for the next run. If the account cannot be checked, the run
 * stops; completed changes are kept.
 */
export async function applyUntilResolved(changes: readonly Change[], deps: ResolveDeps): Promise<Applied> {
  const { journal, stop } = deps;
  const outcomes: Outcome[] = [];
  let absent = 0;
  const guarded = { ...deps, api: stopAfterUnreadable(deps.api) };
  const apply = async (some: readonly Change[]) => {
    const applied = await applyPlan(some, guarded);
    outcomes.push(...applied.outcomes);
    absent += some.filter(({ kind }) => kind === 'record_absent').length;
    return applied.stopped;
  };
  let stopped = await apply(changes);
  try {
    for (let round = 1; round < MAX_ROUNDS && !stopped && !stop.aborted; round += 1) {
      const doubts = unresolvedAttempts(journal.state).length;
      if (doubts === 0 && unlocatedKeys(journal.state).length === 0) break;
      deps.onRound?.(doubts);
      const survey = await surveyAccount(journal.state, deps.survey);
      const sweep = planSweep(journal.state, survey.listing, survey.conclusive);
      if (sweep.length === 0) break;
      const refused = refusedIn(outcomes);
      const again = deps.replan(journal.state, survey).filter((change) => !refused.has(personOf(change)));
      stopped = await apply([...sweep, ...again]);
    }
    if (absent > 0 && !stopped && !stop.aborted) {
      // A key that was recorded as absent may have appeared in the meantime.
      const { listing } = await surveyAccount(journal.state, deps.survey);
      stopped = await apply(planSweep(journal.state, listing, false));
    }
    if (isUnreadableStop(stopped) && !stop.aborted) {
      const { listing, conclusive } = await surveyAccount(journal.state, deps.survey);
      await apply(planSweep(journal.state, listing, conclusive));
    }
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode === EXIT.CANNOT_SAVE) throw error;
    if (!stop.aborted) stopped ??= midRun(error);
  }
  return { outcomes: latest(outcomes), stopped };
}

/** A refused request is not sent again in the same run. */
function refusedIn(outcomes: readonly Outcome[]): Set<unknown> {
  return new Set(outcomes.flatMap(({ change, result }) => (result === 'refused' ? [personOf(change)] : [])));
}

/** The participant, if the change creates a key for one; otherwise the change itself, which is unique. */
function personOf(change: Change): unknown {
  return (change.kind === 'create' && change.participant) || change;
}

/** Of several attempts for one person, or for one orphaned key, only the last one counts. */
function latest(outcomes: readonly Outcome[]): Outcome[] {
  const last = new Map<string, Outcome>();
  for (const [index, outcome] of outcomes.entries()) {
    const { change } = outcome;
    if (change.kind === 'create')
      last.set(`create ${change.replaces?.hash ?? change.participant?.row ?? change.stem}`, outcome);
    else last.set(change.kind === 'remove_orphan' ? `remove ${change.hash}` : `${index}`, outcome);
  }
  return [...last.values()];
}
