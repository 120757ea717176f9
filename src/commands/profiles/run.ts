import { changeProfiles, findProfile, profilesPath, readProfiles } from '../../connection/profiles.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { printJson } from '../../terminal/json.ts';
import { tableWidth } from '../../terminal/table.ts';
import { profilesJson, renderProfiles } from './screen.ts';

export interface ProfilesFlags {
  default?: string | undefined;
  dryRun: boolean;
  json: boolean;
}

/** Shows what is saved, and changes which of it is the default. */
export async function runProfiles(flags: ProfilesFlags, ctx: Context): Promise<ExitCode> {
  const known = await readProfiles(ctx);
  const name = flags.default;
  if (name !== undefined) findProfile(known, name);
  const shown = name === undefined ? known : { ...known, default: name };
  if (name !== undefined && name !== known.default && !flags.dryRun) {
    await changeProfiles('profiles', (now) => ({ ...now, default: name }), ctx);
  }
  if (flags.json) printJson(ctx, profilesJson(shown, { path: profilesPath(ctx), dryRun: flags.dryRun }));
  else ctx.stdout.write(renderProfiles(shown, tableWidth(ctx.stdout)));
  return EXIT.OK;
}
