import { openSession } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import type { ExitCode } from '../../errors.ts';
import { readNewKeyFlags, readPrefix } from '../../execution/new-key-settings.ts';
import { offTerminal } from '../../execution/off-terminal.ts';
import {
  type ProvisionOptions,
  planRoster,
  prepare,
  refuseProblems,
  rosterPlanView,
  rosterResultView,
  rowsOf,
} from '../../execution/provisioning.ts';
import { carryOutRoster } from '../../execution/roster-job.ts';
import { isCreate } from '../../plan/change.ts';
import { plural } from '../../plural.ts';
import { readRoster } from '../../roster-file/read-roster.ts';
import { confirmYes, FINISH_EARLIER } from '../../terminal/confirm.ts';
import { orphansText } from '../../views/change-text.ts';
import { provisionJson } from '../../views/provision-json.ts';
import { renderPlan } from '../../views/provision-plan.ts';
import { renderSummary } from '../../views/provision-summary.ts';
import { saveProblems } from '../../workshop/save-results.ts';

/** Reads the roster, checks the account, shows the plan, creates the missing keys and saves them. */
export async function runProvision(options: ProvisionOptions, ctx: Context): Promise<ExitCode> {
  const prefix = readPrefix(options.prefix, options.roster, ctx);
  readNewKeyFlags(options, undefined, ctx.now());
  const roster = await readRoster({ file: options.roster, flags: options.rosterFlags, ctx, now: ctx.now() });
  refuseProblems(roster, options);
  const session = await openSession(options.session, ctx, { dryRun: options.dryRun });
  try {
    const prepared = await prepare(options, prefix, roster, session, ctx);
    return await carryOutRoster(
      {
        command: 'provision',
        doing: 'Creating keys',
        options,
        prepared,
        plan: (state) => planRoster(options, prepared, state, ctx),
        renderPlan: (planned, output) => renderPlan(rosterPlanView(options, prepared, planned), ctx, output),
        planJson: (planned) => provisionJson(rosterPlanView(options, prepared, planned), ctx.env),
        confirm: (changes) => {
          // Whose corrected address it is was asked before, or typed.
          if (changes.every(({ kind }) => kind === 'record_person')) return Promise.resolve(true);
          const creates = changes.filter(isCreate).length;
          const question = `${creates === 0 ? FINISH_EARLIER : `Create ${plural(creates, 'key')}?`}${orphansText(changes)}`;
          return confirmYes({ ctx, question, yes: options.yes, offTerminal: offTerminal(changes) });
        },
        saveMore: async (opened, outcomes) => {
          const problems = await saveProblems(opened.workshop, roster, rowsOf(prepared, opened, outcomes), ctx);
          return problems ? [problems] : [];
        },
        renderResult: (planned, done) => renderSummary(rosterResultView(options, prepared, planned, done, ctx), ctx),
        resultJson: (planned, done) => provisionJson(rosterResultView(options, prepared, planned, done, ctx), ctx.env),
      },
      ctx,
    );
  } finally {
    await session.close();
  }
}
