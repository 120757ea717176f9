import { chmod, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cannotSaveError } from '../errors.ts';
import { syncFolder } from './durable.ts';
import { protectFromGit } from './gitignore.ts';
import type { FileTools } from './private-file.ts';
import { errnoOf, saveError } from './save-error.ts';
import { lookAtTarget } from './target.ts';
import { temporaryPath } from './temporary.ts';

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
 * Makes the output folder (0700, ignored by git) and proves that results can be put into it.
 * Throws CliError (exit 6) when they cannot, before anything was created on the account.
 */
export async function openOutputFolder(request: OutputFolderRequest, tools: FileTools): Promise<OutputFolder> {
  const { folder, root, files } = request;
  await makeFolder(root, tools);
  const isPrivate = await makeFolder(folder, tools);
  const warnings: string[] = [];
  if (!isPrivate && tools.platform !== 'win32') {
    warnings.push(`Other users of this computer may look into ${folder}; "chmod 700" keeps them out.`);
  }
  for (const each of new Set([root, folder])) {
    const warning = await protectFromGit(each, tools);
    if (warning !== undefined) warnings.push(warning);
  }
  await probe(folder, tools);
  for (const name of files) {
    const path = join(folder, name);
    await lookAtTarget(path);
    const holder = await findOwnerFile(path);
    if (holder !== undefined)
      warnings.push(`${path} seems to be open in ${holder}; close it before the results are written.`);
  }
  return { path: folder, private: isPrivate, warnings };
}

/** Makes a folder for its owner alone; one that exists keeps its mode. Returns whether it is private. */
async function makeFolder(folder: string, tools: FileTools): Promise<boolean> {
  try {
    const made = await makeMissing(folder, tools);
    const { mode } = await stat(folder);
    return tools.platform !== 'win32' && (made ? (mode & 0o777) === 0o700 : (mode & 0o077) === 0);
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
  return cannotSaveError('not_a_folder', `Cannot use ${path} as a folder: it is something else.`, {
    hint: 'Move it away, or choose another output folder.',
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
    await rename(first, second);
    await syncFolder(folder, tools.platform);
    await unlink(second);
  } catch (error) {
    await unlink(first).catch(() => undefined);
    await unlink(second).catch(() => undefined);
    throw saveError(error, folder);
  }
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
