import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { printJson } from '../../terminal/json.ts';
import { joinSharing } from '../../workshop/share-join.ts';
import { askPassword } from '../../workshop/shared-key.ts';
import { type MemberFlags, readMember } from './member-flags.ts';
import { joinedJson, renderJoined } from './screen.ts';

/** Uses a workshop that somebody shares, from this computer too. */
export async function runShareJoin(url: string | undefined, flags: MemberFlags, ctx: Context): Promise<ExitCode> {
  const { id, folder, member, ...kept } = readMember(url, flags, ctx);
  const password = () => askPassword(id.prefix, ctx, true);
  const joined = await joinSharing({ id, folder, url, member, ...kept, dryRun: flags.dryRun, password }, ctx);
  const view = { ...joined, id, folder, member, dryRun: flags.dryRun };
  if (flags.json) {
    printJson(ctx, joinedJson(view, flags.sandbox));
    return EXIT.OK;
  }
  for (const warning of flags.quiet ? [] : joined.warnings) ctx.stderr.write(`Note: ${warning}\n`);
  ctx.stdout.write(renderJoined(view));
  return EXIT.OK;
}
