import type { Context, Output } from '../context.ts';
import { type ExitCode, invariant } from '../errors.ts';
import type { JournalState } from '../journal/fold.ts';
import type { Change, Outcome } from '../plan/change.ts';
import { saveProblems } from '../workshop/save-results.ts';
import { carryOut } from './carry-out.ts';
import type { Done, OpenTarget, Planned, Target } from './job.ts';
import {
  applyRosterPlan,
  type Prepared,
  type ProvisionOptions,
  type RosterPlan,
  rememberRoster,
} from './provisioning.ts';
import { areTiersSettled, isRowOpen, rowsOf } from './roster-views.ts';
import { rememberTiers } from './tier-work.ts';

type PlannedRoster<P extends RosterPlan> = Planned<Target, P>;

/** What distinguishes `provision` and `sync` from each other. */
export interface RosterJob<P extends RosterPlan> {
  command: string;
  doing: string;
  options: ProvisionOptions;
  prepared: Prepared;
  plan(state: JournalState): Promise<P>;
  renderPlan(planned: PlannedRoster<P>, output: Output): string;
  planJson(planned: PlannedRoster<P>): unknown;
  confirm(changes: readonly Change[]): Promise<boolean>;
  afterwards?(opened: OpenTarget<Target, P>, outcomes: readonly Outcome[]): Promise<void>;
  renderResult(planned: PlannedRoster<P>, done: Done<Target, P>): string;
  resultJson(planned: PlannedRoster<P>, done: Done<Target, P>): { notes: readonly string[] };
}

/** Creates keys for a roster and makes the other changes of its plan. */
export function carryOutRoster<P extends RosterPlan>(request: RosterJob<P>, ctx: Context): Promise<ExitCode> {
  const { command, doing, options, prepared, afterwards } = request;
  return carryOut<Target, P>(
    {
      command,
      doing,
      flags: options,
      session: prepared.session,
      targets: [{ id: prepared.id }],
      always: true,
      plan: (_, state) => request.plan(state),
      renderPlan: (planned, output) => request.renderPlan(only(planned), output),
      planJson: (planned) => request.planJson(only(planned)),
      confirm: (planned) => request.confirm(only(planned).plan.changes),
      remember: async (opened) => {
        for (const { workshop } of opened) {
          await rememberRoster(workshop, prepared.roster);
          if (prepared.tierWork) await rememberTiers(workshop.journal, prepared.tierWork.set);
        }
      },
      apply: ({ plan }, deps) => applyRosterPlan(options, prepared, plan, deps, ctx),
      saveMore: async (opened, outcomes) => {
        const rows = rowsOf(prepared, opened, outcomes);
        const problems = await saveProblems(opened.workshop, prepared.roster, rows, ctx);
        return problems ? [problems] : [];
      },
      ...(afterwards ? { afterwards } : {}),
      renderResult: (done) => request.renderResult(only(done.planned), done),
      resultJson: (done) => request.resultJson(only(done.planned), done),
      isComplete: ({ planned, outcomes, orphans }) =>
        orphans === 0 && !rowsOf(prepared, only(planned), outcomes).some(isRowOpen) && areTiersSettled(prepared),
    },
    ctx,
  );
}

function only<T>([first]: readonly T[]): T {
  invariant(first !== undefined, 'a roster belongs to one workshop');
  return first;
}
