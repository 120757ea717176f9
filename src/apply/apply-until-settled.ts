import type { Change, Outcome } from '../plan/change.ts';
import type { JournalState } from '../plan/fold-journal.ts';
import { planSweep, unsettledTags } from '../plan/plan-sweep.ts';
import { type Applied, type ApplyDeps, applyPlan } from './apply-plan.ts';
import { type Survey, type SurveyTools, surveyAccount } from './survey.ts';

/** How often a key whose making ended in doubt is looked for and made again within one run. */
const MAX_ROUNDS = 3;

export interface SettleDeps extends ApplyDeps {
  survey: SurveyTools;
  /** The creates that are still to be made, judged by what is known now. */
  replan(state: JournalState, survey: Survey): Change[];
  onRound?(doubts: number): void;
}

/**
 * Applies a plan; then settles by looking what ended in doubt, removes keys whose secret was lost and makes new ones in
 * their place. What stays in doubt after that is left to the next run, in the journal.
 */
export async function applyUntilSettled(changes: readonly Change[], deps: SettleDeps): Promise<Applied> {
  const { journal, stop } = deps;
  let applied = await applyPlan(changes, deps);
  const outcomes = applied.outcomes;
  for (let round = 1; round < MAX_ROUNDS && !applied.stopped && !stop.aborted; round += 1) {
    const doubts = unsettledTags(journal.state).length;
    if (doubts === 0) break;
    deps.onRound?.(doubts);
    const survey = await surveyAccount(journal.state, deps.survey);
    const sweep = planSweep(journal.state, survey.listing, survey.sure);
    if (sweep.length === 0) break;
    const again = deps.replan(journal.state, survey).filter((change) => !wasRefused(change, outcomes));
    applied = await applyPlan([...sweep, ...again], deps);
    outcomes.push(...applied.outcomes);
  }
  return { outcomes: latest(outcomes), stopped: applied.stopped };
}

/** What the service said no to is not asked again in the same run. */
function wasRefused(change: Change, outcomes: readonly Outcome[]): boolean {
  return outcomes.some(
    (outcome) =>
      outcome.result === 'refused' &&
      change.kind === 'create' &&
      outcome.change.kind === 'create' &&
      outcome.change.participant === change.participant,
  );
}

/** Of several attempts for one person only the last one counts. */
function latest(outcomes: readonly Outcome[]): Outcome[] {
  const last = new Map<string, Outcome>();
  for (const [index, outcome] of outcomes.entries()) {
    const { change } = outcome;
    const who = change.kind === 'create' ? `create ${change.participant?.row ?? change.stem}` : `${index}`;
    last.set(who, outcome);
  }
  return [...last.values()];
}
