import { locationArgsOf, outRootOf } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { CANCELLED, confirmYes } from '../../terminal/confirm.ts';
import { printJson } from '../../terminal/json.ts';
import type { LocalFlags } from '../../workshop/local-workshop.ts';
import { onlyShared } from '../../workshop/only-shared.ts';
import { addPassword, listPasswords, removePassword } from '../../workshop/share-passwords.ts';
import { workshopFolder } from '../../workshop/shelf.ts';
import { newPassword } from './new-password.ts';
import {
  type ChangedPasswordView,
  changedPasswordJson,
  passwordsJson,
  renderChangedPassword,
  renderPasswords,
} from './password-screen.ts';

export interface PasswordFlags extends LocalFlags {
  prefix?: string | undefined;
}

export interface ChangePasswordFlags extends PasswordFlags {
  yes: boolean;
  dryRun: boolean;
}

/** Who has a password of a shared workshop. */
export async function runPasswordList(flags: PasswordFlags, ctx: Context): Promise<ExitCode> {
  const { folder, id } = await workshopOf(flags, ctx);
  const after = await listPasswords(folder, ctx);
  const view = { id, folder, after };
  if (flags.json) printJson(ctx, passwordsJson('list', view, flags.sandbox));
  else ctx.stdout.write(renderPasswords(view));
  return EXIT.OK;
}

/** Gives somebody a password of their own. */
export async function runPasswordAdd(label: string, flags: ChangePasswordFlags, ctx: Context): Promise<ExitCode> {
  const { folder, id } = await workshopOf(flags, ctx);
  const { password, isMade } = newPassword('ORKEYS_SHARE_NEW_PASSWORD', ctx);
  const { dryRun } = flags;
  const after = await addPassword(folder, label.trim(), { password, dryRun }, ctx);
  const shown = isMade && !dryRun ? password : undefined;
  report('add', { id, folder, after, dryRun, shown, member: label.trim() }, flags, ctx);
  return EXIT.OK;
}

/** Takes a password away. Who knew it keeps what they have copied. */
export async function runPasswordRemove(typed: string, flags: ChangePasswordFlags, ctx: Context): Promise<ExitCode> {
  const { folder, id } = await workshopOf(flags, ctx);
  const { dryRun, yes } = flags;
  const label = typed.trim();
  const before = await removePassword(folder, label, { dryRun: true }, ctx);
  const question = `Remove the password of ${label}, one of ${before.labels.length}?`;
  if (!dryRun && !(await confirmYes({ ctx, question, yes, offTerminal: 'refuse' }))) {
    ctx.prompt.write(`${CANCELLED}\n`);
    return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
  }
  const after = dryRun ? before : await removePassword(folder, label, { dryRun }, ctx);
  report('remove', { id, folder, after, dryRun, shown: undefined, member: label }, flags, ctx);
  return EXIT.OK;
}

function report(what: 'add' | 'remove', view: ChangedPasswordView, { json, sandbox }: LocalFlags, ctx: Context): void {
  if (json) printJson(ctx, changedPasswordJson(what, view, sandbox));
  else ctx.stdout.write(renderChangedPassword(what, view));
}

async function workshopOf(flags: PasswordFlags, ctx: Context) {
  const outRoot = outRootOf(flags, ctx);
  const prefix = await onlyShared(flags.prefix, outRoot, ctx);
  return { folder: workshopFolder(outRoot, prefix), id: { prefix, locationArgs: locationArgsOf(flags) } };
}
