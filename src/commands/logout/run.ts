import { findProfile, readProfiles } from '../../connection/profiles.ts';
import { forgetMailPassword, forgetManagementKey } from '../../connection/save-secrets.ts';
import { keyStoreOf } from '../../connection/stored-secrets.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import { CANCELLED, confirmYes } from '../../terminal/confirm.ts';
import { printJson } from '../../terminal/json.ts';
import { type LogoutView, logoutJson, renderLogout } from './screen.ts';

export interface LogoutFlags {
  smtp?: string | undefined;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
}

/** Removes a secret from the key store. Who says no keeps it. */
export async function runLogout(typed: string | undefined, flags: LogoutFlags, ctx: Context): Promise<ExitCode> {
  const known = await readProfiles(ctx);
  const { dryRun } = flags;
  const store = keyStoreOf(ctx);
  if (flags.smtp !== undefined) {
    const server = flags.smtp.toLowerCase();
    if (typed !== undefined) throw both(typed);
    if (!known.mail.has(server)) throw unknownServer(server, [...known.mail.keys()]);
    const question = `Remove the password of ${server} from ${store.title}?`;
    if (!(await agreed(question, flags, ctx))) return declined(ctx);
    if (!dryRun) await forgetMailPassword(server, ctx);
    return show({ what: { server }, store, left: [], default: known.default, dryRun }, flags, ctx);
  }
  const name = typed ?? known.default;
  if (name === undefined) throw nameOne([...known.profiles.keys()]);
  const { label } = findProfile(known, name);
  const question = `Remove the management key ${label} of profile ${name} from ${store.title}?`;
  if (!(await agreed(question, flags, ctx))) return declined(ctx);
  const left = dryRun ? undefined : await forgetManagementKey(name, ctx);
  const names = [...known.profiles.keys()].filter((other) => other !== name);
  const byDefault = left ? left.default : known.default === name ? undefined : known.default;
  return show({ what: { profile: name, label }, store, left: names, default: byDefault, dryRun }, flags, ctx);
}

async function agreed(question: string, { yes, dryRun }: LogoutFlags, ctx: Context): Promise<boolean> {
  return dryRun || (await confirmYes({ ctx, question, yes, offTerminal: 'refuse' }));
}

function declined(ctx: Context): ExitCode {
  ctx.prompt.write(`${CANCELLED}\n`);
  return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
}

function show(view: LogoutView, { json }: LogoutFlags, ctx: Context): ExitCode {
  if (json) printJson(ctx, logoutJson(view));
  else ctx.stdout.write(renderLogout(view, ctx));
  return EXIT.OK;
}

function both(profile: string): Error {
  return usageError('contradiction', `${profile} and --smtp cannot be combined: they name two secrets.`, {
    hint: 'Remove one of them.',
  });
}

function unknownServer(server: string, known: readonly string[]): Error {
  return usageError('unknown_profile', `No password of ${server} on this computer.`, {
    hint: known.length === 0 ? 'No mail password is saved.' : `Saved: ${known.join(', ')}`,
  });
}

function nameOne(known: readonly string[]): Error {
  return known.length === 0
    ? usageError('unknown_profile', 'No management key is saved on this computer.', {
        hint: 'Save one with: orkeys login',
      })
    : usageError('unknown_profile', 'There is no default profile.', { hint: `Name one of: ${known.join(', ')}` });
}
