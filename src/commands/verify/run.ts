import { openSession, resolveWorkspace, type Session, type SessionFlags } from '../../connection/session.ts';
import { listWholeAccount } from '../../connection/whole-account.ts';
import type { Context } from '../../context.ts';
import { CliError, EXIT, type ExitCode, usageError } from '../../errors.ts';
import type { KeyListing } from '../../keys/account-key.ts';
import { selectKeys } from '../../keys/select-keys.ts';
import type { RosterFlags } from '../../roster-file/read-roster.ts';
import type { SelectorFlags } from '../../selection/read-selectors.ts';
import { type ReadSelectors, readSelectors } from '../../selection/read-selectors.ts';
import { peopleSelector } from '../../selection/select-from-account.ts';
import { MANAGEMENT_KEY_VARIABLES } from '../../settings.ts';
import { parseFields } from '../../terminal/fields.ts';
import { printJson } from '../../terminal/json.ts';
import { createProgress } from '../../terminal/progress.ts';
import { readKnownKeys } from '../../workshop/known-keys.ts';
import { readSavedSecrets } from '../../workshop/saved-secrets.ts';
import { renderVerified, VERIFIED_FIELDS, verifiedJson } from './screen.ts';
import { testKeys } from './test-keys.ts';

export interface VerifyOptions {
  session: SessionFlags;
  selectors: SelectorFlags & RosterFlags;
  fields: string | undefined;
  json: boolean;
  quiet: boolean;
}

export async function runVerify(options: VerifyOptions, ctx: Context): Promise<ExitCode> {
  const fields = parseFields(options.fields, VERIFIED_FIELDS);
  const read = await readSelectors(options.selectors, ctx);
  const session = await openSession(options.session, ctx, { key: 'optional' });
  try {
    const { chosen, ...found } = await chooseSecrets(read, session, ctx.now());
    const canManage = hasManagementKey(session);
    const listing = canManage ? await listIfAllowed(session) : undefined;
    const notes = [...session.warnings, ...found.notes, ...(listing ? [] : [NOT_COMPARED])];
    const quiet = options.quiet || options.json;
    for (const each of quiet ? [] : notes) ctx.stderr.write(`Note: ${each}\n`);
    const progress = await createProgress({ ctx, total: chosen.length, label: 'Testing keys', quiet });
    session.listenToWaits((text) => progress.note(text));
    const { asked, stopped } = await testKeys(chosen, { session, canManage, listing }, ctx, progress).finally(() =>
      progress.stop(),
    );
    // `--unused` and `--over` need the spending, which is known only after the test.
    const keys = selectKeys(asked, { ...read.selector, disabled: undefined, expired: undefined }, ctx.now());
    if (options.json) printJson(ctx, verifiedJson(keys, { sandbox: session.sandbox, notes, fields }));
    else ctx.stdout.write(renderVerified(keys, fields, ctx));
    if (ctx.interrupts.stop.aborted) return EXIT.INTERRUPTED;
    if (stopped) throw stopped;
    return keys.every(({ verdict }) => verdict === 'works') ? EXIT.OK : EXIT.PARTIAL;
  } finally {
    await session.close();
  }
}

const NOT_COMPARED = 'without a management key, orkeys cannot check whether the keys belong to your account';

/** The keys on the account, or undefined if they cannot be listed completely. */
async function listIfAllowed({ api }: Session): Promise<KeyListing | undefined> {
  try {
    const listing = await listWholeAccount(api, undefined);
    return listing.complete ? listing : undefined;
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

async function chooseSecrets(read: ReadSelectors, session: Session, now: Date) {
  const known = await readKnownKeys(session.outRoot, { baseUrl: undefined, account: undefined });
  const saved = await readSavedSecrets(session.outRoot, known);
  const workspace = hasManagementKey(session) ? await resolveWorkspace(session, read.workspace) : read.workspace;
  const before = { ...read.selector, ...peopleSelector(read, known), unused: undefined, over: undefined };
  const chosen = selectKeys(saved, before, now).filter(
    ({ key }) => workspace === undefined || key.workspace_id === workspace,
  );
  if (chosen.length > 0) return { chosen, notes: known.notes };
  throw usageError(
    'nothing_selected',
    saved.length === 0 ? `No saved keys in ${session.outRoot}.` : `No saved key matches ${read.typed.join(' ')}.`,
    {
      hint: 'Create keys with orkeys provision, or use another output folder with --out.',
      issues: known.notes.map((message) => ({ code: 'unread', message })),
    },
  );
}

function hasManagementKey({ sandbox, settings }: Session): boolean {
  return sandbox || MANAGEMENT_KEY_VARIABLES.some((name) => settings.get(name) !== undefined);
}
