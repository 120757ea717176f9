import { locationArgsOf, outRootOf } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { CANCELLED, confirmYes } from '../../terminal/confirm.ts';
import { printJson } from '../../terminal/json.ts';
import type { LocalFlags } from '../../workshop/local-workshop.ts';
import { onlyShared } from '../../workshop/only-shared.ts';
import { needsRestoring, planRestoration, refuseUnclear, restoreSharing } from '../../workshop/share-restore.ts';
import { workshopFolder } from '../../workshop/shelf.ts';
import { newPassword } from './new-password.ts';
import { type RestoreView, renderRestored, renderRestorePlan, restoreJson } from './restore-screen.ts';

interface RestoreFlags extends LocalFlags {
  yes: boolean;
  dryRun: boolean;
}

/** Puts back into the database what this computer saw of a workshop and the database does not have any more. */
export async function runShareRestore(typed: string | undefined, flags: RestoreFlags, ctx: Context): Promise<ExitCode> {
  const { yes, dryRun, json, quiet } = flags;
  const outRoot = outRootOf(flags, ctx);
  const prefix = await onlyShared(typed, outRoot, ctx);
  const folder = workshopFolder(outRoot, prefix);
  const plan = await planRestoration(folder, ctx);
  refuseUnclear(plan);
  const made = plan.row?.ready ? undefined : newPassword('ORKEYS_SHARE_PASSWORD', ctx);
  const view: RestoreView = {
    ...{ id: { prefix, locationArgs: locationArgsOf(flags) }, folder, where: plan.database.where, logs: plan.logs },
    ...{ isDeleted: plan.row === undefined, isNeeded: needsRestoring(plan), dryRun, done: false },
    password: made?.isMade ? made.password : undefined,
  };
  const screen = dryRun || !view.isNeeded ? ctx.stdout : ctx.prompt;
  if (!json && !(quiet && yes)) screen.write(renderRestorePlan(view));
  if (!dryRun && view.isNeeded) {
    const question = `Put this back into ${view.where}, for everybody?`;
    if (!(await confirmYes({ ctx, question, yes, offTerminal: 'refuse' }))) {
      ctx.prompt.write(`${CANCELLED}\n`);
      return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
    }
    if (!(await restoreSharing(plan, made?.password, ctx))) view.password = undefined;
  }
  const after = { ...view, done: !dryRun && view.isNeeded };
  if (json) printJson(ctx, restoreJson(after, flags.sandbox));
  else if (after.done) ctx.stdout.write(renderRestored(after));
  return EXIT.OK;
}
