import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import type { GatheredPeople, HandoutFlags } from '../../selection/gather-recipients.ts';
import { printJson } from '../../terminal/json.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { HANDOUT_FOLDER } from '../../workshop/folder-keeper.ts';
import { commandFor } from '../../workshop/workshop-id.ts';
import { type HandedOut, type MadeFile, type SavedHandout, saveHandout } from './save-handout.ts';
import { type HandoutView, handoutJson, renderHandout } from './screen.ts';

/** What distinguishes one way of handing out from the others. */
export interface HandoutRequest extends HandedOut {
  /** who gets what, in words */
  line: string;
  flags: HandoutFlags;
  make(): Promise<MadeFile[]>;
  /** what to know about this way of handing out, also in a dry run */
  notes?: readonly (readonly [title: string, text: string])[];
  /** that was made for the files and that nobody knows yet; shown once they are saved */
  password?: Secret;
  /** what to do with the files: a title of at most nine letters and a text */
  next: readonly (readonly [title: string, text: string])[];
}

/** The tail of every way of handing out: nobody to give to → make → save → record → report. */
export async function handOut(request: HandoutRequest, ctx: Context): Promise<ExitCode> {
  const { gathered, flags } = request;
  if (gathered.recipients.length === 0 && !(flags.new && gathered.had > 0)) throw nobody(gathered);
  const files = gathered.recipients.length === 0 ? [] : await request.make();
  const saved = flags.dryRun || files.length === 0 ? planned(gathered, files) : await saveHandout(request, files, ctx);
  const view: HandoutView = {
    ...request,
    files: saved.files,
    dryRun: flags.dryRun,
    sandbox: flags.sandbox,
  };
  const notes = flags.quiet || flags.json ? [] : [...gathered.notes, ...saved.warnings];
  for (const note of notes) ctx.stderr.write(`Note: ${visibleText(note)}\n`);
  if (flags.json) printJson(ctx, handoutJson(view));
  else ctx.stdout.write(renderHandout(view, ctx));
  return EXIT.OK;
}

function planned({ folder }: GatheredPeople, files: readonly MadeFile[]): SavedHandout {
  const path = join(folder, HANDOUT_FOLDER);
  return {
    files: files.map(({ name }) => ({ path: join(path, name), private: true, changed: false })),
    warnings: [],
  };
}

function nobody({ id, leftOut }: GatheredPeople): Error {
  return usageError(
    'nothing_selected',
    leftOut.length > 0
      ? `Nobody to hand a key to: none of the selected participants of ${id.prefix} has a key that works.`
      : `Nobody to hand a key to: the workshop ${id.prefix} has no keys.`,
    { hint: `To see every key, run: ${commandFor(id, 'list')}` },
  );
}
