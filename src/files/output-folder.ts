import { chmod, lstat, mkdir, open, readdir, realpath, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cannotSaveError } from '../errors.ts';
import { quoteArgument } from '../shell.ts';
import { syncFolder } from './durable.ts';
import { protectFromGit } from './gitignore.ts';
import { type ProbingTools, requireOwn, requireSafeParent } from './owner.ts';
import type { FileTools } from './private-file.ts';
import { errnoOf, saveError } from './save-error.ts';
import { lookAtTarget, refuseLink } from './target.ts';
import { temporaryPath } from './temporary.ts';
import { renamePatiently, unlinkPatiently } from './while-held.ts';

export interface OutputFolderRequest {
  /** absolute; where results go, `output/BSSDH_2025` */
  folder: string;
  /** absolute; the folder that all outputs share, `output`; the same as `folder` or above it */
  root: string;
  /** names in `folder` that will be written */
  files: readonly string[];
}

export interface OutputFolder {
  path: string;
  /** false where others may be able to look into it */
  private: boolean;
  /** sentences for the user */
  warnings: string[];
}

/**
 * Makes the output folder (0700, ignored by git) and proves that results can be put into it, and that nobody else can change
 * them. Throws CliError (exit 6) when they cannot, before anything was created on the account.
 */
export async function openOutputFolder(
  request: OutputFolderRequest,
  tools: FileTools & ProbingTools,
): Promise<OutputFolder> {
  const { folder, root, files } = request;
  const warnings: string[] = [];
  const tell = (warning: string | undefined) => {
    if (warning !== undefined) warnings.push(warning);
  };
  if (root !== folder) {
    const made = await makeFolder(root, tools);
    tell(await linkNote(root));
    tell(await requireSafeParent(root, await stat(root), tools));
    if (made || (await isEmpty(root))) await protectFromGit(root, tools);
  }
  const made = await makeFolder(folder, tools);
  await refuseLink(folder);
  const found = await stat(folder);
  tell(await requireOwn(folder, found, tools));
  const isPrivate = tools.platform !== 'win32' && (found.mode & 0o077) === 0;
  if (!isPrivate && tools.platform !== 'win32') {
    tell(
      `Other users of this computer may be able to read ${folder}. To prevent this: chmod 700 ${quoteArgument(folder)}`,
    );
  }
  tell(await protectFromGit(folder, tools, made || (await isEmpty(folder)) || (await holdsResults(folder, files))));
  await probe(folder, tools);
  for (const name of files) {
    const path = join(folder, name);
    await lookAtTarget(path);
    const holder = await findOwnerFile(path);
    if (holder !== undefined) tell(`${path} seems to be open in ${holder}. Close it before results are written.`);
  }
  return { path: folder, private: isPrivate, warnings };
}

/** The output folder may lead elsewhere: that is for the user to know. */
export async function linkNote(folder: string): Promise<string | undefined> {
  if (!(await lstat(folder).catch(() => undefined))?.isSymbolicLink()) return undefined;
  return `${folder} is a link to ${await realpath(folder).catch(() => 'nowhere')}.`;
}

/** Makes a folder for its owner alone; one that exists keeps its mode. Returns whether it was not there. */
export async function makeFolder(folder: string, tools: FileTools): Promise<boolean> {
  try {
    return await makeMissing(folder, tools);
  } catch (error) {
    throw saveError(error, folder);
  }
}

/** Level by level, because Node's own recursive mkdir reports a read-only disk as ENOENT. True when it was not there. */
async function makeMissing(folder: string, tools: FileTools): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return false;
  if (found !== undefined) throw notAFolder(folder);
  const above = dirname(folder);
  if (above !== folder) await makeMissing(above, tools);
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    // Another run made it just now; or a link that leads nowhere stands there.
    if ((await stat(folder).catch(() => undefined))?.isDirectory()) return false;
    throw notAFolder(folder);
  }
  // An odd umask can take even the owner's rights.
  if (tools.platform !== 'win32') await chmod(folder, 0o700);
  await syncFolder(above, tools.platform);
  return true;
}

function notAFolder(path: string): Error {
  return cannotSaveError('not_a_folder', `Cannot use ${path}: it is not a folder.`, {
    hint: 'Move it, or use another output folder with --out.',
  });
}

/** Does once what writing a result does: some disks allow to create files but not to rename or delete them. */
async function probe(folder: string, tools: FileTools): Promise<void> {
  const first = temporaryPath(folder, tools.random);
  const second = temporaryPath(folder, tools.random);
  try {
    const handle = await open(first, 'wx', 0o600);
    try {
      await handle.writeFile('Can results be written here?\n');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renamePatiently(first, second, tools);
    await syncFolder(folder, tools.platform);
    await unlinkPatiently(second, tools);
  } catch (error) {
    for (const path of [first, second]) await unlink(path).catch(() => undefined);
    throw saveError(error, folder);
  }
}

/** Such a folder may be ours to mark: a run that was killed may have made it. */
async function isEmpty(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [folder])).length === 0;
}

async function holdsResults(folder: string, files: readonly string[]): Promise<boolean> {
  const names: string[] = await readdir(folder).catch(() => []);
  return files.some((name) => names.includes(name));
}

/** Excel and LibreOffice put a file beside the one they have open. */
async function findOwnerFile(path: string): Promise<string | undefined> {
  const beside = (name: string) =>
    stat(join(dirname(path), name)).then(
      () => true,
      () => false,
    );
  if (await beside(`~$${basename(path)}`)) return 'Excel';
  if (await beside(`.~lock.${basename(path)}#`)) return 'LibreOffice';
  return undefined;
}
