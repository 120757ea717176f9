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
import type { JournalState } from '../../journal/fold.ts';
import { remainingByJournal, remainingKeys } from '../../plan/plan-purge.ts';
import { plural } from '../../plural.ts';
import { incompleteListing } from '../../selection/incomplete-listing.ts';
import { CANCELLED, canAsk, confirmTyped, confirmYes } from '../../terminal/confirm.ts';
import { printJson } from '../../terminal/json.ts';
import { createStatusLine } from '../../terminal/status-line.ts';
import { readLocalWorkshop } from '../../workshop/local-workshop.ts';
import { knowSecrets, listRemoved, purgeWorkshop } from '../../workshop/purge-workshop.ts';
import { searchSecrets } from '../../workshop/secret-files.ts';
import { workshopFolder } from '../../workshop/shelf.ts';
import { openWorkshop, readWorkshop, type Workshop } from '../../workshop/workshop.ts';
import { commandFor, type WorkshopId } from '../../workshop/workshop-id.ts';
import { type PurgeView, purgeJson, renderNothing, renderPurged, renderPurgePlan } from './screen.ts';

export interface PurgeOptions {
  session: SessionFlags;
  people: boolean;
  working: boolean;
  offline: boolean;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
  quiet: boolean;
}

export async function runPurge(typed: string | undefined, options: PurgeOptions, ctx: Context): Promise<ExitCode> {
  if (typed === undefined && options.yes) throw prefixNeeded();
  const { sandbox, out } = options.session;
  const local = await readLocalWorkshop(typed, { sandbox, out, json: options.json, quiet: options.quiet }, ctx);
  if (local.bytes === undefined) {
    throw usageError('journal_missing', `Nothing to purge: ${local.journalPath} is missing.`, {
      hint: `Restore it, or rebuild it from keys.json with: ${commandFor(local.id, 'journal', 'rebuild')}`,
    });
  }
  if (options.offline) return purge(local.id, undefined, options, ctx);
  const session = await openSession(options.session, ctx, { dryRun: options.dryRun });
  try {
    const account = accountOf(await checkManagementKey(session));
    return await purge({ ...local.id, baseUrl: session.baseUrl, account }, session, options, ctx);
  } finally {
    await session.close();
  }
}

async function purge(
  id: WorkshopId,
  session: Session | undefined,
  options: PurgeOptions,
  ctx: Context,
): Promise<ExitCode> {
  const { dryRun, json, quiet } = options;
  for (const warning of quiet || json ? [] : (session?.warnings ?? [])) ctx.stderr.write(`Note: ${warning}\n`);
  if (dryRun) {
    const state = await readWorkshop(id, ctx);
    const { view } = await prepare(id, state, session, options, ctx);
    if (json) printJson(ctx, purgeJson(view));
    else ctx.stdout.write(renderPurgePlan(view, ctx.stdout, ctx));
    return EXIT.OK;
  }
  const workshop = await openWorkshop(id, 'purge', ctx);
  try {
    for (const warning of quiet || json ? [] : workshop.warnings) ctx.stderr.write(`Note: ${warning}\n`);
    // Nobody hands out meanwhile. Also removes the lock of a purge that was killed.
    await workshop.lockHandouts();
    return await purgeOpened(workshop, await prepare(id, workshop.journal.state, session, options, ctx), options, ctx);
  } finally {
    await workshop.close();
  }
}

interface Prepared {
  view: PurgeView;
  gone: ReadonlySet<string>;
  redactor: Awaited<ReturnType<typeof knowSecrets>>['redactor'];
}

async function prepare(
  id: WorkshopId,
  state: JournalState,
  session: Session | undefined,
  options: PurgeOptions,
  ctx: Context,
): Promise<Prepared> {
  const { people, working, dryRun } = options;
  const folder = workshopFolder(id.outRoot, id.prefix);
  const { keys, gone } = session
    ? await askAccount(state, session, options, ctx)
    : { keys: remainingByJournal(state), gone: new Set<string>() };
  if (keys.length > 0 && !working) throw keysRemain(id, keys, session !== undefined);
  const { redactor, count } = await knowSecrets(folder, state);
  const removed = await listRemoved(folder, people);
  const view: PurgeView = {
    prefix: id.prefix,
    folder,
    sandbox: options.session.sandbox,
    dryRun,
    people,
    secrets: count,
    working: keys,
    removed,
    files: [],
    search: await searchSecrets(folder, redactor, ctx.now),
    rotate: commandFor(id, 'rotate', '--prefix'),
  };
  return { view, gone, redactor };
}

async function askAccount(state: JournalState, session: Session, { json, quiet }: PurgeOptions, ctx: Context) {
  const { api, recheckMs } = session;
  const status = createStatusLine(ctx, quiet || json);
  session.listenToWaits(status.show);
  const tools = { api, recheckMs, sleep: ctx.sleep, stop: ctx.interrupts.stop, workspaces: [undefined] };
  const { listing, gone } = await surveyAccount(state, tools).finally(status.clear);
  if (!listing.complete) throw incompleteListing(listing, 'Nothing was changed. Run the same command again.');
  return { keys: remainingKeys(state, listing, gone), gone };
}

async function purgeOpened(
  workshop: Workshop,
  { view, gone, redactor }: Prepared,
  options: PurgeOptions,
  ctx: Context,
): Promise<ExitCode> {
  const { people, json, quiet, yes } = options;
  const hasPeople = people && namesPeople(workshop.journal.state);
  if (view.secrets + view.removed.length + view.search.found.length + gone.size === 0 && !hasPeople) {
    if (json) printJson(ctx, purgeJson(view));
    else ctx.stdout.write(renderNothing(view, ctx));
    return view.search.unread.length > 0 ? EXIT.PARTIAL : EXIT.OK;
  }
  const asks = !yes && canAsk(ctx);
  const screen = asks ? ctx.prompt : ctx.stderr;
  if (asks || !(quiet || json)) screen.write(renderPurgePlan(view, screen, ctx));
  if (!(await confirmed(view, options, ctx))) {
    screen.write(`${CANCELLED}\n`);
    return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
  }
  const wishes = { at: ctx.now().toISOString(), people, gone, redact: (text: string) => redactor.redact(text) };
  const files = await purgeWorkshop(workshop, view.removed, wishes, ctx);
  const search = await searchSecrets(workshop.folder, redactor, ctx.now);
  const done = { ...view, files, search };
  if (json) printJson(ctx, purgeJson(done));
  else ctx.stdout.write(renderPurged(done, ctx));
  if (files.some(({ failed }) => failed !== undefined)) return EXIT.CANNOT_SAVE;
  return search.found.length + search.unread.length > 0 ? EXIT.PARTIAL : EXIT.OK;
}

function namesPeople({ roster, attempts }: JournalState): boolean {
  return roster !== undefined || [...attempts.values()].some(({ participant }) => participant !== null);
}

function confirmed(
  { prefix, secrets, working }: PurgeView,
  { yes, people }: PurgeOptions,
  ctx: Context,
): Promise<boolean> {
  if (working.length > 0) {
    const question = `Remove ${plural(secrets, 'secret')} although ${plural(working.length, 'key')} still ${working.length === 1 ? 'exists' : 'exist'}?`;
    return confirmTyped({ ctx, question, expected: prefix, yes });
  }
  const question = `Remove the secrets${people ? ' and the names' : ''} of ${prefix} from this computer?`;
  return confirmYes({ ctx, question, yes, offTerminal: 'refuse' });
}

function keysRemain(id: WorkshopId, keys: readonly string[], asked: boolean): Error {
  const { locationArgs = [] } = id;
  const where = asked ? 'on the account' : 'not deleted as far as the journal records';
  return usageError(
    'keys_remain',
    `${plural(keys.length, 'key')} of ${id.prefix} ${keys.length === 1 ? 'is' : 'are'} still ${where}. Nothing was changed.`,
    {
      hint: `Delete them first: ${commandFor({ prefix: id.prefix, locationArgs }, 'revoke', '--prefix')}\nTo remove the secrets of working keys, which nobody can read again, add --working.`,
      issues: keys.slice(0, 10).map((name) => ({ code: 'candidate', message: name })),
    },
  );
}

function prefixNeeded(): Error {
  return usageError('which_workshop', 'orkeys purge --yes needs the prefix of a workshop.', {
    hint: 'For example: orkeys purge BSSDH_2025 --yes',
  });
}
