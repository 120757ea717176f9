import { surveyAccount } from '../../apply/survey.ts';
import {
  accountOf,
  checkManagementKey,
  openSession,
  type Session,
  type SessionFlags,
} from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import { readTiers } from '../../execution/read-tiers.ts';
import { planTierWork } from '../../execution/tier-work.ts';
import type { JournalState } from '../../journal/fold.ts';
import { cleanPrefix } from '../../keys/key-name.ts';
import type { Model } from '../../keys/model.ts';
import type { TierPlan } from '../../plan/plan-tiers.ts';
import { tierParticipants, unknownTiers } from '../../plan/tier-people.ts';
import { printJson } from '../../terminal/json.ts';
import { goneModels } from '../../views/tiers-text.ts';
import { readWorkshop } from '../../workshop/workshop.ts';
import { commandFor, type WorkshopId } from '../../workshop/workshop-id.ts';
import { checkedJson, renderChecked, renderTierState, tierStateJson } from './screen.ts';

interface CheckOptions {
  file: string;
  session: SessionFlags;
  json: boolean;
}

/** Reads the file and finds every model in it; no key is needed. */
export async function runTiersCheck({ file, session: flags, json }: CheckOptions, ctx: Context): Promise<ExitCode> {
  const session = await openSession(flags, ctx, { key: 'optional', dryRun: true });
  try {
    const tiers = await readTiers(file, session.api, ctx);
    if (json) printJson(ctx, checkedJson(tiers, session));
    else ctx.stdout.write(renderChecked(tiers, ctx));
    return EXIT.OK;
  } finally {
    await session.close();
  }
}

interface ShowOptions {
  prefix: string;
  session: SessionFlags;
  exitCode: boolean;
  json: boolean;
}

/** Compares the account with the tiers that were last applied. */
export async function runTiersShow(options: ShowOptions, ctx: Context): Promise<ExitCode> {
  const session = await openSession(options.session, ctx, { dryRun: true });
  try {
    const { id, state } = await findTierWorkshop(options.prefix, session, ctx);
    if (!state.tiers) {
      throw usageError('no_tiers', `No tiers were applied to ${id.prefix}.`, {
        hint: `Apply them with: orkeys tiers apply --tiers tiers.json --prefix ${id.prefix}`,
      });
    }
    const set = { tiers: state.tiers.tiers, default: state.tiers.default };
    const work = { prefix: id.prefix, set, session, participants: state.roster?.participants };
    const listed = await listKeysOf(state, session, ctx);
    const plan = await planTierWork({ ...work, takeOver: false, deleteUnused: false }, state, listed, ctx);
    const models = await session.api.listModels();
    addGone(plan, models);
    const without = unknownTiers(tierParticipants(state), set).length;
    const view = { prefix: id.prefix, service: session, plan, models, without };
    if (options.json) printJson(ctx, tierStateJson(view));
    else ctx.stdout.write(renderTierState(view, ctx));
    const differs = without > 0 || plan.tiers.some(({ drift }) => drift.length > 0);
    return differs && options.exitCode ? EXIT.ALERT : EXIT.OK;
  } finally {
    await session.close();
  }
}

/** A workshop and its journal. Throws where there is none: tiers create no workshop. */
export async function findTierWorkshop(
  typed: string,
  session: Session,
  ctx: Context,
): Promise<{ id: WorkshopId; state: JournalState }> {
  const account = accountOf(await checkManagementKey(session));
  const { outRoot, locationArgs, baseUrl } = session;
  const id = { outRoot, locationArgs, prefix: cleanPrefix(typed), baseUrl, account };
  const state = await readWorkshop(id, ctx);
  if (state.header) return { id, state };
  throw usageError('no_workshop', `No workshop ${id.prefix} in ${outRoot}.`, {
    hint: `Create its keys first, for example with: ${commandFor({ prefix: 'team.xlsx', locationArgs }, 'provision')}`,
  });
}

/** The keys on the account. Those that no list shows are asked for one by one. */
export async function listKeysOf(state: JournalState, session: Session, ctx: Context) {
  const { listing, gone, unlisted } = await surveyAccount(state, {
    api: session.api,
    sleep: ctx.sleep,
    stop: ctx.interrupts.stop,
    recheckMs: session.recheckMs,
    workspaces: [],
  });
  return { keys: [...listing.keys, ...unlisted], gone };
}

function addGone({ tiers }: TierPlan, models: readonly Model[]): void {
  for (const { tier, drift } of tiers) {
    const gone = goneModels(tier.models, models);
    if (gone.length > 0) drift.push({ code: 'model_gone', models: gone });
  }
}
