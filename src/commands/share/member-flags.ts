import { locationArgsOf, outRootOf } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import { cleanPrefix } from '../../keys/key-name.ts';
import { readSettings } from '../../settings.ts';
import type { LocalFlags } from '../../workshop/local-workshop.ts';
import { workshopFolder } from '../../workshop/shelf.ts';
import { usualPrefix } from '../../workshop/usual-prefix.ts';
import { SANDBOX, type WorkshopId } from '../../workshop/workshop-id.ts';

export interface MemberFlags extends LocalFlags {
  prefix?: string | undefined;
  as?: string | undefined;
  ask: boolean;
  /** false = `--no-files` */
  files: boolean;
  dryRun: boolean;
}

/** The workshop of `share start` and `join`, and who this is. Throws CliError (exit 2), also for a password in the arguments. */
export function readMember(url: string | undefined, flags: MemberFlags, ctx: Context) {
  if (url !== undefined && /^\w+:\/\/[^/@?#]*:[^/@?#]+@/.test(url)) throw passwordInArgument();
  const prefix = flags.prefix === undefined ? usualPrefix(readSettings(ctx)) : cleanPrefix(flags.prefix);
  if (!prefix) {
    throw usageError('no_prefix', 'orkeys share needs the prefix of a workshop.', {
      hint: 'For example: --prefix BSSDH_2025',
    });
  }
  const outRoot = outRootOf(flags, ctx);
  const id: WorkshopId = {
    ...{ outRoot, prefix, locationArgs: locationArgsOf(flags) },
    baseUrl: flags.sandbox ? SANDBOX : '',
    account: undefined,
  };
  const member = (flags.as ?? ctx.env.USER ?? ctx.env.USERNAME ?? ctx.hostname).trim().slice(0, 100);
  return { id, folder: workshopFolder(outRoot, prefix), member, keepKey: !flags.ask, files: flags.files };
}

/** Every user of a computer can see the arguments of a program that runs. */
function passwordInArgument(): Error {
  return usageError('bad_share_url', 'The address of the database has a password in it, which others could see.', {
    hint: 'Remove it. Set PGPASSWORD, add a line to ~/.pgpass, or set the whole address in ORKEYS_SHARE_URL.',
  });
}
