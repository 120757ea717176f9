import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { printJson } from '../../terminal/json.ts';
import { foreseeSharing, startSharing } from '../../workshop/share-start.ts';
import { type MemberFlags, readMember } from './member-flags.ts';
import { newPassword } from './new-password.ts';
import { renderStarted, startedJson } from './screen.ts';

/** Moves a workshop into a database. */
export async function runShareStart(url: string | undefined, flags: MemberFlags, ctx: Context): Promise<ExitCode> {
  const { id, ...member } = readMember(url, flags, ctx);
  const { password, isMade } = newPassword('ORKEYS_SHARE_PASSWORD', ctx);
  const request = { id, url, password, ...member };
  const started = await (flags.dryRun ? foreseeSharing : startSharing)(request, ctx);
  const shown = isMade && !flags.dryRun ? password : undefined;
  const view = { ...started, id, member: member.member, folder: member.folder, password: shown, dryRun: flags.dryRun };
  if (flags.json) printJson(ctx, startedJson(view, flags.sandbox));
  else ctx.stdout.write(renderStarted(view));
  return EXIT.OK;
}
