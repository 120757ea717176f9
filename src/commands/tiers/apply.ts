import type { AppliedTiers } from '../../apply/apply-tiers.ts';
import { openSession, type SessionFlags } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { type ExitCode, usageError } from '../../errors.ts';
import { carryOut } from '../../execution/carry-out.ts';
import type { Planned, TailFlags, Target, TargetPlan } from '../../execution/job.ts';
import { rememberRoster } from '../../execution/provisioning.ts';
import { readTiers, refuseUnknownTiers } from '../../execution/read-tiers.ts';
import {
  applyTierWork,
  type ListedKeys,
  planTierWork,
  rememberTiers,
  type TierWork,
} from '../../execution/tier-work.ts';
import { isSettled, type TierPlan, tierChanges } from '../../plan/plan-tiers.ts';
import { tierParticipants } from '../../plan/tier-people.ts';
import type { Roster } from '../../roster/participant.ts';
import { type RosterFlags, readRoster } from '../../roster-file/read-roster.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { confirmYes } from '../../terminal/confirm.ts';
import { appliedJson, renderApplied, renderTierPlan, type TierRun, tierQuestion } from './apply-screen.ts';
import { findTierWorkshop, listKeysOf } from './run.ts';

interface ApplyOptions extends TailFlags {
  /** absent = the one that the journal remembers */
  roster: string | undefined;
  rosterFlags: RosterFlags;
  tiers: string;
  prefix: string;
  takeOver: boolean;
  deleteUnused: boolean;
  session: SessionFlags;
  /** as typed, for the command to resume with */
  args: readonly string[];
}

interface PlannedTiers extends TargetPlan {
  tiers: TierPlan;
  listed: ListedKeys;
}

/** Makes guardrails what the tiers say, and assigns each key to that of its tier. */
export async function runTiersApply(options: ApplyOptions, ctx: Context): Promise<ExitCode> {
  const roster = await readTierRoster(options, ctx);
  const session = await openSession(options.session, ctx, { dryRun: options.dryRun });
  try {
    const set = await readTiers(options.tiers, session.api, ctx);
    const { id, state: seen } = await findTierWorkshop(options.prefix, session, ctx);
    refuseUnknownTiers(roster?.participants ?? tierParticipants(seen), set, options.tiers);
    const { takeOver, deleteUnused, dryRun } = options;
    let applied: AppliedTiers | undefined;
    const workOf = (participants: TierWork['participants']): TierWork => {
      return { prefix: id.prefix, set, session, takeOver, deleteUnused, participants };
    };
    const run = (planned: readonly Planned<Target, PlannedTiers>[]): TierRun => ({
      prefix: id.prefix,
      service: session,
      models: set.models,
      notices: set.notices,
      dryRun,
      planned: planned.map(({ plan }) => plan.tiers),
      applied,
      again: commandLine(options.args, ctx.env),
    });
    return await carryOut<Target, PlannedTiers>(
      {
        command: 'tiers apply',
        doing: 'Assigning keys',
        flags: options,
        session,
        targets: [{ id }],
        always: true,
        plan: async (_, state) => {
          const listed = await listKeysOf(state, session, ctx);
          const tiers = await planTierWork(
            workOf(roster?.participants ?? state.roster?.participants),
            state,
            listed,
            ctx,
          );
          return { changes: tierChanges(tiers), tiers, listed };
        },
        renderPlan: (planned, output) => renderTierPlan(run(planned), ctx, output),
        planJson: (planned) => appliedJson(run(planned)),
        confirm: (planned) =>
          confirmYes({ ctx, question: tierQuestion(run(planned)), yes: options.yes, offTerminal: 'refuse' }),
        remember: async (opened) => {
          for (const { workshop } of opened) {
            if (roster) await rememberRoster(workshop, roster);
            await rememberTiers(workshop.journal, set);
          }
        },
        apply: async ({ plan, state }, deps) => {
          applied = await applyTierWork(workOf(state.roster?.participants), plan.tiers, plan.listed, deps, ctx);
          return applied;
        },
        renderResult: (done) => renderApplied({ ...run(done.planned), done }, ctx),
        resultJson: (done) => appliedJson({ ...run(done.planned), done }),
        isComplete: () => applied?.left !== undefined && isSettled(applied.left),
      },
      ctx,
    );
  } finally {
    await session.close();
  }
}

async function readTierRoster({ roster: file, rosterFlags }: ApplyOptions, ctx: Context): Promise<Roster | undefined> {
  if (file === undefined) return undefined;
  const roster = await readRoster({ file, flags: rosterFlags, ctx, now: ctx.now() });
  if (roster.problems.length === 0) return roster;
  throw usageError('roster_problems', `${roster.file} has problems. Nothing was changed.`, {
    issues: roster.problems,
    hint: 'Fix the rows and run the same command again.',
  });
}
