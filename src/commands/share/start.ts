import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import { spokenPassword } from '../../seal/proquint.ts';
import { Secret } from '../../secret.ts';
import { readSettings } from '../../settings.ts';
import { printJson } from '../../terminal/json.ts';
import { foreseeSharing, startSharing } from '../../workshop/share-start.ts';
import { type MemberFlags, readMember } from './member-flags.ts';
import { renderStarted, startedJson } from './screen.ts';

/** characters; shorter ones can be guessed by whoever has a copy of the database */
const SHORTEST = 10;

/** Moves a workshop into a database. */
export async function runShareStart(url: string | undefined, flags: MemberFlags, ctx: Context): Promise<ExitCode> {
  const { id, ...member } = readMember(url, flags, ctx);
  const typed = typedPassword(ctx);
  const password = typed ?? spokenPassword((bytes) => ctx.random(bytes));
  const request = { id, url, password, ...member };
  const started = await (flags.dryRun ? foreseeSharing : startSharing)(request, ctx);
  const shown = typed || flags.dryRun ? undefined : password;
  const view = { ...started, id, member: member.member, folder: member.folder, password: shown, dryRun: flags.dryRun };
  if (flags.json) printJson(ctx, startedJson(view, flags.sandbox));
  else ctx.stdout.write(renderStarted(view));
  return EXIT.OK;
}

function typedPassword(ctx: Context): Secret | undefined {
  const text = readSettings(ctx).get('ORKEYS_SHARE_PASSWORD');
  if (text === undefined) return undefined;
  if (text.length < SHORTEST) {
    throw usageError('bad_password', `ORKEYS_SHARE_PASSWORD has ${text.length} characters. Nothing was shared.`, {
      hint: `Use at least ${SHORTEST}, or unset it: orkeys then makes a password.`,
    });
  }
  const password = new Secret(text);
  ctx.redactor.learn(password);
  return password;
}
