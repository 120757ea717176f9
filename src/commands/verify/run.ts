import { openSession, resolveWorkspace, type Session, type SessionFlags } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { CliError, EXIT, type ExitCode, usageError } from '../../errors.ts';
import { judgeAccepted, judgeRefused } from '../../keys/key-verdict.ts';
import { selectKeys } from '../../keys/select-keys.ts';
import type { RosterFlags } from '../../roster-file/read-roster.ts';
import type { SelectorFlags } from '../../selection/read-selectors.ts';
import { type ReadSelectors, readSelectors } from '../../selection/read-selectors.ts';
import { peopleSelector } from '../../selection/select-from-account.ts';
import { DEFAULT_BASE_URL, MANAGEMENT_KEY_VARIABLES } from '../../settings.ts';
import { parseFields } from '../../terminal/fields.ts';
import { printJson } from '../../terminal/json.ts';
import { createProgress } from '../../terminal/progress.ts';
import type { Progress } from '../../terminal/progress-types.ts';
import { readKnownKeys } from '../../workshop/known-keys.ts';
import { mayBeSentTo, readSavedSecrets, type SavedSecret } from '../../workshop/saved-secrets.ts';
import { renderVerified, VERIFIED_FIELDS, type VerifiedKey, verifiedJson } from './screen.ts';

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
    const { chosen, notes } = await chooseSecrets(read, session, ctx.now());
    const quiet = options.quiet || options.json;
    for (const each of quiet ? [] : notes) ctx.stderr.write(`Note: ${each}\n`);
    const progress = await createProgress({ ctx, total: chosen.length, label: 'Testing keys', quiet });
    session.listenToWaits((text) => progress.note(text));
    const { asked, stopped } = await askAll(chosen, session, ctx, progress).finally(() => progress.stop());
    // What was spent is known only now.
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

/** The pauses before keys that are too new to tell are tested again: a minute in all. Milliseconds. */
const PAUSES_MS = [2_000, 4_000, 8_000, 16_000, 30_000];

/** Tests every key, and those that are too new once more after a while. An error that would hit every key stops it. */
async function askAll(chosen: readonly SavedSecret[], session: Session, ctx: Context, progress: Progress) {
  const asked: VerifiedKey[] = chosen.map((saved) => ({ ...saved, verdict: 'not_tested', reason: undefined }));
  const { stop } = ctx.interrupts;
  let stopped = await askSome(chosen.keys(), () => progress.step());
  for (const pause of PAUSES_MS) {
    const tooNew = [...asked.keys()].filter((at) => asked[at]?.verdict === 'too_new');
    if (tooNew.length === 0 || stopped || stop.aborted) break;
    progress.note(
      `${tooNew.length} new ${tooNew.length === 1 ? 'key is' : 'keys are'} not accepted yet, testing again`,
    );
    await ctx.sleep(pause, stop);
    stopped = await askSome(tooNew.values(), () => undefined);
  }
  return { asked, stopped };

  /** Several at once, at the client's pace. */
  async function askSome(indexes: Iterator<number>, onAnswer: () => void): Promise<CliError | undefined> {
    let failed: CliError | undefined;
    const worker = async () => {
      while (!failed && !stop.aborted) {
        const at = indexes.next().value;
        const saved = at === undefined ? undefined : chosen[at];
        if (at === undefined || !saved) return;
        try {
          asked[at] = await ask(saved, session, ctx.now());
          onAnswer();
        } catch (error) {
          if (!(error instanceof CliError)) throw error;
          failed ??= error;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(session.concurrency, chosen.length) }, worker));
    return failed;
  }
}

async function ask(saved: SavedSecret, session: Session, now: Date): Promise<VerifiedKey> {
  if (!mayBeSentTo(session.baseUrl, saved)) {
    const reason =
      saved.baseUrl === undefined
        ? `no journal records where it was created, so it is tested only at ${DEFAULT_BASE_URL}; to fix, run: orkeys journal rebuild ${saved.prefix}`
        : `created at ${saved.baseUrl}, so it is not sent anywhere else`;
    return { ...saved, verdict: 'not_tested', reason };
  }
  const answer = await session.api.checkKey(saved.secret);
  if (answer.accepted) {
    return { ...saved, key: { ...saved.key, ...answer.key }, ...judgeAccepted(answer.key, saved.planned) };
  }
  const { planned, disabled } = saved;
  const known = { planned, disabled, created_at: saved.key.created_at, status: answer.status };
  return { ...saved, ...judgeRefused(known, await lookUp(saved, session), now) };
}

/** With a management key the account can tell why a key is refused; without one, or when it cannot, that stays open. */
async function lookUp({ key }: SavedSecret, session: Session) {
  if (key.hash === undefined || !hasManagementKey(session)) return undefined;
  try {
    return (await session.api.getKey(key.hash)) ?? null;
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

function hasManagementKey({ sandbox, settings }: Session): boolean {
  return sandbox || MANAGEMENT_KEY_VARIABLES.some((name) => settings.get(name) !== undefined);
}
