import { hasManagementKey } from '../../connection/key-source.ts';
import { resolveWorkspace, type Session } from '../../connection/session.ts';
import { listWholeAccount } from '../../connection/whole-account.ts';
import type { Context } from '../../context.ts';
import { CliError, EXIT, type ExitCode, type Issue, usageError } from '../../errors.ts';
import { type HeldAttempt, isLiving } from '../../journal/attempt.ts';
import { heldKeys } from '../../journal/fold.ts';
import type { KeyListing } from '../../keys/account-key.ts';
import { selectKeys } from '../../keys/select-keys.ts';
import { type ReadingOptions, withReading } from '../../selection/open-reading.ts';
import { peopleSelector } from '../../selection/people-selector.ts';
import type { ReadSelectors } from '../../selection/read-selectors.ts';
import { nearPrefix } from '../../selection/select-from-account.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { parseFields } from '../../terminal/fields.ts';
import { printJson } from '../../terminal/json.ts';
import { createProgress } from '../../terminal/progress.ts';
import { type KnownKeys, readKnownKeys } from '../../workshop/known-keys.ts';
import { readSavedSecrets } from '../../workshop/saved-secrets.ts';
import { renderVerified, VERIFIED_FIELDS, verifiedJson } from './screen.ts';
import { testKeys } from './test-keys.ts';
import type { VerifiedKey } from './verified-key.ts';

export interface VerifyOptions extends ReadingOptions {
  /** also a table of the keys that work */
  allRows: boolean;
  /** also which models each key may use */
  models: boolean;
  fields: string | undefined;
}

export async function runVerify(options: VerifyOptions, ctx: Context): Promise<ExitCode> {
  const fields = parseFields(options.fields, VERIFIED_FIELDS);
  const quiet = options.quiet || options.json;
  return withReading(options, ctx, { key: 'optional' }, async ({ session, read, note, status }) => {
    const { chosen, known } = await chooseSecrets(read, session, ctx.now(), ctx);
    const canManage = hasManagementKey(session);
    const listing = canManage ? await listIfAllowed(session).finally(status.clear) : undefined;
    const notes = [...session.warnings, ...note, ...known.notes, ...(listing ? [] : [NOT_COMPARED])];
    for (const each of quiet ? [] : notes) ctx.stderr.write(`Note: ${each}\n`);
    const progress = await createProgress({ ctx, total: chosen.length, label: 'Testing keys', quiet });
    session.listenToWaits((text) => progress.note(text));
    const { asked, stopped } = await testKeys(chosen, { session, canManage, listing }, ctx, progress).finally(() =>
      progress.stop(),
    );
    // `--unused` and `--over` need the spending, which is known only after the test.
    const tested = selectKeys(asked, { ...read.selector, disabled: undefined, expired: undefined }, ctx.now());
    const keys = options.models ? await withModels(tested, session) : tested;
    if (options.json) printJson(ctx, verifiedJson(keys, { sandbox: session.sandbox, notes, fields }));
    else {
      const fixes = {
        locationArgs: session.locationArgs,
        narrowing: read.narrowing,
        rosterFiles: rosterFilesOf(known),
      };
      ctx.stdout.write(renderVerified({ keys, fields, allRows: options.allRows, fixes }, ctx));
    }
    if (ctx.interrupts.stop.aborted) return EXIT.INTERRUPTED;
    if (stopped) throw stopped;
    return keys.every(({ verdict }) => verdict === 'works') ? EXIT.OK : EXIT.PARTIAL;
  });
}

/** Asks in the name of each key that works. It spends nothing. */
async function withModels(keys: readonly VerifiedKey[], { api }: Session): Promise<VerifiedKey[]> {
  return Promise.all(
    keys.map(async (key) => {
      if (key.verdict !== 'works') return { ...key, models: undefined };
      return { ...key, models: (await api.listModelsOf(key.secret))?.map(({ id }) => id) };
    }),
  );
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

async function chooseSecrets(read: ReadSelectors, session: Session, now: Date, ctx: Context) {
  const known = await readKnownKeys(session.outRoot, { baseUrl: undefined, account: undefined }, ctx);
  const saved = await readSavedSecrets(session.outRoot, known, ctx);
  const workspace = hasManagementKey(session) ? await resolveWorkspace(session, read.workspace) : read.workspace;
  const before = { ...read.selector, ...(await peopleSelector(read, known)), unused: undefined, over: undefined };
  const chosen = selectKeys(saved, before, now).filter(
    ({ key }) => workspace === undefined || key.workspace_id === workspace,
  );
  if (chosen.length > 0) return { chosen, known };
  throw nothingSaved(read, saved.length, session, known);
}

function nothingSaved(read: ReadSelectors, saved: number, { outRoot, locationArgs }: Session, known: KnownKeys): Error {
  const issues = known.notes.map((message): Issue => ({ code: 'unread', message }));
  const { prefix } = read.selector;
  const own = known.workshops.filter((workshop) => workshop.prefix === (prefix ?? workshop.prefix));
  const purged = own.filter(({ state }) => state.header?.purged_at !== undefined && !heldKeys(state).some(hasSecret));
  if (purged.length > 0 && purged.length === own.length) {
    const names = purged.map((workshop) => workshop.prefix).join(', ');
    return usageError('nothing_selected', `No secret here: the secrets of ${names} were removed by orkeys purge.`, {
      hint: `To see the keys on the account, run: ${commandLine(['list', ...locationArgs])}`,
      issues,
    });
  }
  const deleted = own.filter(({ state }) => heldKeys(state).length > 0 && !heldKeys(state).some(isLiving));
  if (deleted.length > 0 && deleted.length === own.length) {
    const names = deleted.map((workshop) => workshop.prefix).join(', ');
    return usageError('nothing_selected', `All keys of ${names} are deleted, so there is nothing to test.`, {
      hint: `To see the keys on the account, run: ${commandLine(['list', ...locationArgs])}`,
      issues,
    });
  }
  const message = saved === 0 ? `No saved keys in ${outRoot}.` : `No saved key matches ${read.typed.join(' ')}.`;
  const create = 'Create keys with orkeys provision, or use another output folder with --out.';
  return usageError('nothing_selected', message, { hint: nearPrefix(read, known) ?? create, issues });
}

function hasSecret({ secret }: HeldAttempt): boolean {
  return secret !== undefined;
}

/** What `provision` needs to create missing keys again. */
function rosterFilesOf({ workshops }: KnownKeys): Map<string, string> {
  return new Map(
    workshops.flatMap(({ prefix, state }): [string, string][] => {
      const file = state.roster?.file;
      return file === undefined || file === '-' ? [] : [[prefix, file]];
    }),
  );
}
