import { basename, join } from 'node:path';
import type { Context } from '../../context.ts';
import { guardAgainstGit } from '../../files/git-guard.ts';
import { openOutputFolder } from '../../files/output-folder.ts';
import { type WrittenFile, writeOrBeside } from '../../files/private-file.ts';
import { removeLeftovers } from '../../files/temporary.ts';
import { HANDOUT_LOG } from '../../handout/handout-log.ts';
import { HANDOUT_FOLDER } from '../../workshop/folder-keeper.ts';
import { openSideLog } from '../../workshop/side-log.ts';
import type { Gathered } from './gather.ts';

/** A file of a hand-out: its name in the folder `handout`. */
export interface MadeFile {
  name: string;
  bytes: Uint8Array;
  /** false: it has nobody's key in it */
  hasKeys: boolean;
}

export interface SavedHandout {
  files: WrittenFile[];
  warnings: readonly string[];
}

/**
 * Writes the files of a hand-out, private and ignored by git, and records without secrets who got which key. Throws CliError when
 * that cannot be (exit 6), or when another run hands out (exit 7).
 */
export async function saveHandout(
  what: string,
  { id, folder, recipients }: Gathered,
  files: readonly MadeFile[],
  ctx: Context,
): Promise<SavedHandout> {
  const log = await openSideLog(id, HANDOUT_LOG, `handout ${what}`, ctx);
  try {
    const path = join(folder, HANDOUT_FOLDER);
    const names = files.map(({ name }) => name);
    const opened = await openOutputFolder({ folder: path, root: id.outRoot, files: names }, ctx);
    const warnings = [...log.warnings, ...opened.warnings];
    warnings.push(...(await guardAgainstGit({ folder: path, files: names, env: ctx.env })));
    await removeLeftovers(path, ctx);
    const written: WrittenFile[] = [];
    const holding: string[] = [];
    for (const { name, bytes, hasKeys } of files) {
      const file = await writeOrBeside(join(path, name), bytes, ctx);
      written.push(file);
      if (hasKeys) holding.push(`${HANDOUT_FOLDER}/${basename(file.path)}`);
    }
    await log.append({ type: 'handed', what, tags: recipients.map(({ tag }) => tag), files: holding });
    return { files: written, warnings: [...new Set(warnings)] };
  } finally {
    await log.close();
  }
}
