import { applyPlan } from '../apply/apply-plan.ts';
import type { Context } from '../context.ts';
import { CliError, EXIT, type ExitCode, usageError } from '../errors.ts';
import type { AccountKey } from '../plan/account-key.ts';
import type { Change } from '../plan/change.ts';
import type { JournalState } from '../plan/fold-journal.ts';
import { cleanPrefix, hasPrefix } from '../plan/key-name.ts';
import { planRevoke } from '../plan/plan-revoke.ts';
import { confirmTyped } from '../terminal/confirm.ts';
import { printJson } from '../terminal/json.ts';
import { createProgress } from '../terminal/progress.ts';
import { renderRevoked, renderRevokePlan, revokeJson } from '../terminal/revoke-screen.ts';
import { saveResults } from './save-results.ts';
import { checkManagementKey, openSession, resolveWorkspace, type Session, type SessionFlags } from './session.ts';
import { listWholeAccount } from './whole-account.ts';
import { openWorkshop, readWorkshop, type WorkshopId } from './workshop.ts';

export interface RevokeOptions {
  session: SessionFlags;
  prefix?: string | undefined;
  /** slug, name or id; undefined = all */
  workspace?: string | undefined;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
  quiet: boolean;
}

export async function runRevoke(options: RevokeOptions, ctx: Context): Promise<ExitCode> {
  const prefix = requirePrefix(options.prefix);
  const session = await openSession(options.session, ctx);
  try {
    const current = await checkManagementKey(session);
    const account = current.organization_id ?? current.creator_user_id ?? undefined;
    const id: WorkshopId = { outRoot: session.outRoot, prefix, baseUrl: session.baseUrl, account };
    const keys = await selectKeys(session, options, prefix);
    const state = await readWorkshop(id, ctx);
    const planned = planRevoke(keys, state, false);
    if (options.dryRun || planned.length === 0) {
      if (!options.dryRun && knowsKeys(state)) await refreshResults(id, ctx);
      if (options.json) printJson(ctx, revokeJson({ prefix, changes: planned, outcomes: undefined }));
      else ctx.stdout.write(renderRevokePlan(prefix, planned, ctx.stdout, ctx));
      return EXIT.OK;
    }
    return await revoke(options, id, session, keys, ctx);
  } finally {
    await session.close();
  }
}

async function revoke(
  options: RevokeOptions,
  id: WorkshopId,
  session: Session,
  keys: readonly AccountKey[],
  ctx: Context,
): Promise<ExitCode> {
  const workshop = await openWorkshop(id, 'revoke', ctx);
  try {
    const changes = planRevoke(keys, workshop.journal.state, false);
    const quiet = options.quiet || options.json;
    if (!quiet) ctx.stderr.write(renderRevokePlan(id.prefix, changes, ctx.stderr, ctx));
    if (!(await confirmed(options, id.prefix, changes, ctx))) {
      ctx.stderr.write('Nothing was changed.\n');
      return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
    }
    const progress = await createProgress({ ctx, total: changes.length, label: 'Revoking keys', quiet });
    try {
      const { outcomes, stopped } = await applyPlan(changes, {
        api: session.api,
        journal: workshop.journal,
        random: ctx.random,
        concurrency: session.concurrency,
        stop: ctx.interrupts.stop,
        rescue: workshop.rescue,
        onOutcome: () => progress.step(),
      });
      progress.stop();
      const files = knowsKeys(workshop.journal.state) ? await saveResults(workshop, ctx) : [];
      const view = { prefix: id.prefix, changes, outcomes };
      if (options.json) printJson(ctx, revokeJson(view));
      else ctx.stdout.write(renderRevoked({ ...view, files }, ctx));
      if (stopped) throw stopped;
      if (ctx.interrupts.stop.aborted) return EXIT.INTERRUPTED;
      return outcomes.every(({ result }) => result === 'done' || result === 'gone') ? EXIT.OK : EXIT.PARTIAL;
    } finally {
      progress.stop();
    }
  } finally {
    await workshop.close();
  }
}

/** A run that was killed between its last change and its files left them as they were before. */
async function refreshResults(id: WorkshopId, ctx: Context): Promise<void> {
  const workshop = await openWorkshop(id, 'revoke', ctx);
  try {
    await saveResults(workshop, ctx);
  } finally {
    await workshop.close();
  }
}

async function selectKeys(session: Session, options: RevokeOptions, prefix: string): Promise<AccountKey[]> {
  const workspace = await resolveWorkspace(session, options.workspace);
  const listing = await listWholeAccount(session.api, workspace);
  if (!listing.complete) {
    throw new CliError(
      'incomplete_listing',
      EXIT.UNREACHABLE,
      `The list is not complete: ${listing.incomplete_because}`,
      {
        hint: 'Nothing was changed. Run the same command again.',
      },
    );
  }
  return listing.keys.filter((key) => hasPrefix(key.name, prefix));
}

function requirePrefix(typed: string | undefined): string {
  const prefix = cleanPrefix(typed ?? '');
  if (prefix !== '') return prefix;
  throw usageError('no_selection', 'Which keys? Nothing was selected.', {
    hint: 'Add for example --prefix BSSDH_2025.',
  });
}

function confirmed(options: RevokeOptions, prefix: string, changes: readonly Change[], ctx: Context): Promise<boolean> {
  const question = `Delete ${changes.length} ${changes.length === 1 ? 'key' : 'keys'} for ever?`;
  return confirmTyped({ ctx, question, expected: prefix, yes: options.yes });
}

/** Keys of another machine are revoked without making result files here. */
function knowsKeys(state: JournalState): boolean {
  return state.tags.size > 0;
}
