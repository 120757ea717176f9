import { join } from 'node:path';
import { openSession, type Session, type SessionFlags } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import { almostFound, findKeys } from '../../keys/find-key.ts';
import type { Candidate } from '../../keys/select-keys.ts';
import { incompleteListing } from '../../selection/incomplete-listing.ts';
import { readSelectors } from '../../selection/read-selectors.ts';
import { type Selection, selectFromAccount } from '../../selection/select-from-account.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { parseFields } from '../../terminal/fields.ts';
import { printJson } from '../../terminal/json.ts';
import { createStatusLine } from '../../terminal/status-line.ts';
import { KEYS_FILE } from '../../workshop/folder-keeper.ts';
import { ownerOf } from '../../workshop/known-keys.ts';
import { renderShown, SHOWN_FIELDS, type ShownKey, shownJson } from './screen.ts';

export interface ShowOptions {
  /** as typed */
  key: string;
  session: SessionFlags;
  fields: string | undefined;
  json: boolean;
  quiet: boolean;
}

export async function runShow(options: ShowOptions, ctx: Context): Promise<ExitCode> {
  const fields = parseFields(options.fields, SHOWN_FIELDS);
  const status = createStatusLine(ctx, options.quiet || options.json);
  const session = await openSession(options.session, ctx);
  session.listenToWaits(status.show);
  try {
    const read = await readSelectors({}, ctx);
    const selection = await selectFromAccount(read, session, ctx.now()).finally(status.clear);
    const found = findKey(options.key, selection, session.locationArgs);
    const shown = await readDetails(found, selection, session);
    const notes = [...session.warnings, ...selection.notes];
    const view = { sandbox: session.sandbox, notes, fields };
    if (options.json) printJson(ctx, shownJson(shown, ctx.now(), view));
    else ctx.stdout.write(renderShown(shown, ctx.now(), fields));
    for (const note of options.quiet || options.json ? [] : notes) ctx.stderr.write(`Note: ${note}\n`);
    return EXIT.OK;
  } finally {
    await session.close();
  }
}

/** The selected key. Keys on the account take precedence over keys that are only in a journal. */
function findKey(
  typed: string,
  { keys, missing, listing }: Selection,
  locationArgs: Session['locationArgs'],
): Candidate {
  const all = [...keys, ...missing];
  const matches = findKeys(typed, all);
  const onAccount = matches.filter((candidate) => keys.includes(candidate));
  const [first, ...others] = onAccount.length > 0 ? onAccount : matches;
  if (first && others.length === 0) return first;
  if (first) throw ambiguous(typed, [first, ...others]);
  if (!listing.complete) throw incompleteListing(listing, 'Run the same command again.');
  const near = almostFound(typed, all);
  throw usageError(
    'unknown_key',
    `No key matches ${typed}, neither on the account nor in the journals on this computer.`,
    {
      hint:
        near.length > 0
          ? `Did you mean ${near.join(', or ')}?`
          : `To list all keys, run: ${commandLine(['list', ...locationArgs])}`,
    },
  );
}

async function readDetails({ key, participant }: Candidate, selection: Selection, session: Session): Promise<ShownKey> {
  const listed = selection.keys.some((candidate) => candidate.key === key);
  const known = listed ? ownerOf(key, selection.known) : selection.known.claims.get(key.hash)?.[0];
  // A new key may be missing from the list for a moment; a request for the key itself finds it immediately.
  const current = listed ? key : await session.api.getKey(key.hash);
  return {
    key: current ?? key,
    gone: current === undefined,
    participant,
    prefix: known?.prefix,
    savedIn: known ? join(known.folder, KEYS_FILE) : undefined,
  };
}

function ambiguous(typed: string, matches: readonly Candidate[]): Error {
  return usageError('ambiguous_key', `${typed} matches ${matches.length} keys.`, {
    hint: 'Use one of these names, or more characters of the hash.',
    issues: matches.map(({ key, participant }) => ({
      code: 'candidate',
      message: `${key.hash.slice(0, 12)}  ${key.name}${participant?.emails[0] === undefined ? '' : `  ${participant.emails[0]}`}`,
    })),
  });
}
