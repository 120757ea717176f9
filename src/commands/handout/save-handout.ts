import { join, posix, relative, sep } from 'node:path';
import type { Context } from '../../context.ts';
import { guardAgainstGit } from '../../files/git-guard.ts';
import { makeFolder, openOutputFolder } from '../../files/output-folder.ts';
import { type WrittenFile, writeOrBeside } from '../../files/private-file.ts';
import { refuseLink } from '../../files/target.ts';
import { removeLeftovers } from '../../files/temporary.ts';
import { HANDOUT_LOG } from '../../handout/handout-log.ts';
import { type Recipient, recipientId } from '../../handout/recipients.ts';
import type { GatheredPeople } from '../../selection/gather-recipients.ts';
import { HANDOUT_FOLDER } from '../../workshop/folder-keeper.ts';
import { openSideLog } from '../../workshop/side-log.ts';
import { tidyHandouts } from '../../workshop/tidy-handouts.ts';

/** A file of a hand-out: its name in the folder `handout`. */
export interface MadeFile {
  name: string;
  bytes: Uint8Array;
  /** false: it has nobody's key in it */
  hasKeys: boolean;
}

/** What went to whom. */
export interface HandedOut {
  /** the way of handing out, as handouts.jsonl has it */
  what: string;
  /** the subcommand, where it has another name */
  command?: string;
  gathered: GatheredPeople;
  /** the folder that is a person's alone, in the folder `handout` */
  folders?: ReadonlyMap<Recipient, string>;
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
  { what, command = what, gathered, folders }: HandedOut,
  files: readonly MadeFile[],
  ctx: Context,
): Promise<SavedHandout> {
  const { id, folder, recipients } = gathered;
  const log = await openSideLog(id, HANDOUT_LOG, `handout ${command}`, ctx);
  try {
    const path = join(folder, HANDOUT_FOLDER);
    const names = files.map(({ name }) => name);
    const opened = await openOutputFolder({ folder: path, root: id.outRoot, files: names }, ctx);
    const warnings = [...log.warnings, ...opened.warnings];
    warnings.push(...(await guardAgainstGit({ folder: path, files: topNames(names), env: ctx.env })));
    await removeLeftovers(path, ctx);
    const written = await writeAllFiles(path, files, ctx);
    await log.append({
      type: 'handed',
      what,
      tags: [...new Set(recipients.map(({ tag }) => tag))],
      files: written.flatMap((file, at) =>
        files[at]?.hasKeys ? [`${HANDOUT_FOLDER}/${relative(path, file.path).split(sep).join('/')}`] : [],
      ),
      ...membersOf(recipients),
      ...(folders && { folders: foldersByTag(folders) }),
    });
    warnings.push(...(await tidyHandouts(id, gathered.state, ctx, { saysPartly: true })));
    return { files: written, warnings: [...new Set(warnings)] };
  } finally {
    await log.close();
  }
}

/** Which members had a key that a group shares. */
function membersOf(recipients: readonly Recipient[]): { members?: Record<string, string[]> } {
  const shared = recipients.filter(({ sharedBy }) => sharedBy);
  if (shared.length === 0) return {};
  const members: Record<string, string[]> = {};
  for (const recipient of shared) members[recipient.tag] = [...(members[recipient.tag] ?? []), recipientId(recipient)];
  return { members };
}

function foldersByTag(folders: ReadonlyMap<Recipient, string>): Record<string, string | string[]> {
  const byTag: Record<string, string | string[]> = {};
  for (const [{ tag, sharedBy }, name] of folders) {
    const path = `${HANDOUT_FOLDER}/${name}`;
    byTag[tag] = sharedBy ? [...(byTag[tag] ?? []), path] : path;
  }
  return byTag;
}

function topNames(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.split('/')[0] ?? name))];
}

/** Folders first; then several files at a time, because each waits for the disk. In the order of the files. */
async function writeAllFiles(path: string, files: readonly MadeFile[], ctx: Context): Promise<WrittenFile[]> {
  for (const below of new Set(files.map(({ name }) => posix.dirname(name)))) {
    if (below !== '.') await makeOwnFolder(path, below, ctx);
  }
  const written: WrittenFile[] = [];
  const waiting = files.entries();
  const writeNext = async () => {
    for (const [at, { name, bytes }] of waiting) written[at] = await writeOrBeside(join(path, name), bytes, ctx);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, writeNext));
  return written;
}

const AT_ONCE = 8;

/** A link on the way would lead a secret elsewhere. */
async function makeOwnFolder(path: string, below: string, ctx: Context): Promise<void> {
  let at = path;
  for (const name of below.split('/')) {
    at = join(at, name);
    await makeFolder(at, ctx);
    await refuseLink(at);
  }
}
