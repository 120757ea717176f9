import { locationArgsOf, outRootOf } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { cleanPrefix } from '../../keys/key-name.ts';
import { CANCELLED, confirmTyped, confirmYes } from '../../terminal/confirm.ts';
import { printJson } from '../../terminal/json.ts';
import type { LocalFlags } from '../../workshop/local-workshop.ts';
import { leaveSharing, markerToLeave, moveOut, undoStart } from '../../workshop/share-leave.ts';
import { workshopFolder } from '../../workshop/shelf.ts';
import { type LeftView, leftJson, renderLeft } from './screen.ts';

interface LeaveFlags extends LocalFlags {
  toFile: boolean;
  yes: boolean;
  dryRun: boolean;
}

/** Stops sharing: on this computer, or for everybody. */
export async function runShareLeave(typed: string, flags: LeaveFlags, ctx: Context): Promise<ExitCode> {
  const { yes, dryRun } = flags;
  const outRoot = outRootOf(flags, ctx);
  const prefix = cleanPrefix(typed);
  const folder = workshopFolder(outRoot, prefix);
  const marker = await markerToLeave(folder, prefix);
  const what = marker.state === 'starting' ? 'undo' : flags.toFile || marker.state === 'leaving' ? 'to_file' : 'forget';
  const view: LeftView = {
    id: { prefix, locationArgs: locationArgsOf(flags) },
    folder,
    what,
    dryRun,
    lines: undefined,
  };
  if (!dryRun && !(await confirmed(view, yes, ctx))) {
    ctx.prompt.write(`${CANCELLED}\n`);
    return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
  }
  if (!dryRun && what === 'undo') await undoStart(folder, marker, ctx);
  if (!dryRun && what === 'forget') await leaveSharing(folder, ctx);
  const lines = !dryRun && what === 'to_file' ? await moveOut({ outRoot, folder }, marker, ctx) : undefined;
  const done = { ...view, lines };
  if (flags.json) printJson(ctx, leftJson(done, flags.sandbox));
  else ctx.stdout.write(renderLeft(done));
  return EXIT.OK;
}

function confirmed({ what, id: { prefix } }: LeftView, yes: boolean, ctx: Context): Promise<boolean> {
  if (what === 'to_file') {
    const question = `Take ${prefix} out of the database? Nobody else can use it then.`;
    return confirmTyped({ ctx, question, expected: prefix, yes });
  }
  const question =
    what === 'undo'
      ? `Undo sharing ${prefix}, which did not end?`
      : `Forget here that ${prefix} is shared? To use it again, join it.`;
  return confirmYes({ ctx, question, yes, offTerminal: 'refuse' });
}
