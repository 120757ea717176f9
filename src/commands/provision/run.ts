import { openSession } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import type { ExitCode } from '../../errors.ts';
import type { Done, Planned, Target } from '../../execution/job.ts';
import { readNewKeyFlags, readPrefix } from '../../execution/new-key-settings.ts';
import { offTerminal } from '../../execution/off-terminal.ts';
import { type ProvisionOptions, planRoster, prepare, type RosterPlan } from '../../execution/provisioning.ts';
import { readRosterFor, refuseProblems } from '../../execution/read-participants.ts';
import { carryOutRoster } from '../../execution/roster-job.ts';
import { rosterPlanView, rosterResultView } from '../../execution/roster-views.ts';
import { lookForSecondKeys, NO_SECOND_LOOK } from '../../execution/second-keys.ts';
import { isCreate } from '../../plan/change.ts';
import { plural } from '../../plural.ts';
import { confirmYes, FINISH_EARLIER } from '../../terminal/confirm.ts';
import { askFor, orphansText } from '../../views/change-text.ts';
import { provisionJson } from '../../views/provision-json.ts';
import { renderPlan } from '../../views/provision-plan.ts';
import { renderSummary, type SummaryView } from '../../views/provision-summary.ts';
import { tierChangesText } from '../../views/tiers-text.ts';

/** Reads the roster, checks the account, shows the plan, creates the missing keys and saves them. */
export async function runProvision(options: ProvisionOptions, ctx: Context): Promise<ExitCode> {
  const prefix = readPrefix(options.prefix, options.roster, ctx);
  readNewKeyFlags(options, undefined, ctx.now());
  const roster = await readRosterFor(options, prefix, ctx);
  refuseProblems(roster, options);
  const session = await openSession(options.session, ctx, { dryRun: options.dryRun });
  try {
    const prepared = await prepare(options, prefix, roster, session, ctx);
    let second = NO_SECOND_LOOK;
    const resultView = (planned: Planned<Target, RosterPlan>, done: Done<Target, RosterPlan>): SummaryView => ({
      ...rosterResultView(options, prepared, planned, done, ctx),
      secondKeys: second.keys,
      secondLookFailed: second.failed,
    });
    return await carryOutRoster(
      {
        command: 'provision',
        doing: 'Creating keys',
        options,
        prepared,
        plan: (state) => planRoster(options, prepared, state, ctx),
        renderPlan: (planned, output) => renderPlan(rosterPlanView(options, prepared, planned, ctx), ctx, output),
        planJson: (planned) => provisionJson(rosterPlanView(options, prepared, planned, ctx), ctx.env),
        confirm: (changes) => {
          // Whose corrected address it is was asked before, or typed.
          if (changes.every(({ kind }) => kind === 'record_person')) return Promise.resolve(true);
          const creates = changes.filter(isCreate).length;
          const parts = [...(creates > 0 ? [`create ${plural(creates, 'key')}`] : []), tierChangesText(changes)];
          const question = `${askFor(parts) ?? FINISH_EARLIER}${orphansText(changes)}`;
          return confirmYes({ ctx, question, yes: options.yes, offTerminal: offTerminal(changes) });
        },
        afterwards: async (opened, outcomes) => {
          second = await lookForSecondKeys(prepared, opened, outcomes, ctx);
        },
        renderResult: (planned, done) => renderSummary(resultView(planned, done), ctx),
        resultJson: (planned, done) => provisionJson(resultView(planned, done), ctx.env),
      },
      ctx,
    );
  } finally {
    await session.close();
  }
}
