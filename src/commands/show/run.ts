import { join } from 'node:path';
import type { Session, SessionFlags } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import { attemptsFor } from '../../journal/fold.ts';
import { memberUsers } from '../../journal/member-user.ts';
import type { Candidate } from '../../keys/select-keys.ts';
import { readSelectors } from '../../selection/read-selectors.ts';
import { type Selection, selectFromAccount } from '../../selection/select-from-account.ts';
import { withSession } from '../../selection/with-session.ts';
import { parseFields } from '../../terminal/fields.ts';
import { printJson } from '../../terminal/json.ts';
import { KEYS_FILE } from '../../workshop/folder-keeper.ts';
import { ownerOf } from '../../workshop/known-keys.ts';
import { usualPrefix } from '../../workshop/usual-prefix.ts';
import { findOne } from './find-one.ts';
import { refuseRevealed, type SecretFlags, useSecret } from './saved-secret.ts';
import { renderShown, SHOWN_FIELDS, type ShownKey, shownJson } from './screen.ts';

export interface ShowOptions extends SecretFlags {
  /** as typed */
  key: string | undefined;
  email?: string | undefined;
  prefix?: string | undefined;
  session: SessionFlags;
  fields?: string | undefined;
  quiet: boolean;
}

export async function runShow(options: ShowOptions, ctx: Context): Promise<ExitCode> {
  const { key, email, prefix, json, quiet } = options;
  const typed = key ?? email;
  if (typed === undefined) throw nothingNamed();
  const fields = parseFields(options.fields, SHOWN_FIELDS);
  refuseRevealed(options, fields, ctx);
  const read = await readSelectors({ prefix }, ctx);
  return withSession(options, ctx, {}, async (session, status) => {
    const selection = await selectFromAccount(read, session, ctx.now(), ctx).finally(status.clear);
    const { outRoot, locationArgs, sandbox, settings } = session;
    const usual = usualPrefix(settings);
    const wanted = { key, email, typed, usual, mayAsk: !json };
    const shown = await readDetails(await findOne(wanted, selection, locationArgs, ctx), selection, session);
    const { known } = selection;
    const notes = [...session.warnings, ...selection.notes];
    const secret = await useSecret(shown, options, { outRoot, known, locationArgs }, ctx);
    const view = { sandbox, notes, fields };
    if (json) printJson(ctx, shownJson(shown, ctx.now(), view));
    else ctx.stdout.write(renderShown(shown, ctx.now(), fields, secret));
    for (const note of quiet || json ? [] : notes) ctx.stderr.write(`Note: ${note}\n`);
    if (options.copy && !json) ctx.stderr.write('Copied the secret to the clipboard.\n');
    return EXIT.OK;
  });
}

function nothingNamed(): Error {
  return usageError('usage', 'orkeys show needs a key.', {
    hint: 'For example: orkeys show anna@example.org',
  });
}

async function readDetails({ key, participant }: Candidate, selection: Selection, session: Session): Promise<ShownKey> {
  const listed = selection.keys.some((candidate) => candidate.key === key);
  const known = listed ? ownerOf(key, selection.known) : selection.known.claims.get(key.hash)?.[0];
  const state = selection.known.workshops.find(({ prefix }) => prefix === known?.prefix)?.state;
  // A new key may be missing from the list for a moment; a request for the key itself finds it immediately.
  const current = listed ? key : await session.api.getKey(key.hash);
  return {
    key: current ?? key,
    gone: current === undefined,
    participant,
    prefix: known?.prefix,
    savedIn: known ? join(known.folder, KEYS_FILE) : undefined,
    users: known && state ? memberUsers(attemptsFor(state, known.held.person)) : [],
  };
}
