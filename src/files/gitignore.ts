import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError, cannotSaveError } from '../errors.ts';
import { type FileTools, writePrivateFile } from './private-file.ts';
import { readTextSafely } from './safe-read.ts';

/**
 * Makes git ignore a folder with all that is in it, whatever the ignore files above say: the innermost one wins.
 * Returns what the user should know: an ignore file that was there and is not strong enough is left alone, and a folder with
 * somebody's other files gets none (`isOurs` false), because git would no longer see those.
 */
export async function protectFromGit(folder: string, tools: FileTools, isOurs = true): Promise<string | undefined> {
  const path = join(folder, '.gitignore');
  const text = await readIgnoreFile(path);
  if (text !== undefined) {
    return ignoresAll(text)
      ? undefined
      : `${path} does not ignore everything in its folder; add the line "*" to protect the keys.`;
  }
  if (await isRepositoryRoot(folder)) {
    return `${folder} is a git repository, so orkeys adds no .gitignore; another output folder is safer.`;
  }
  if (!isOurs) return `${folder} contains other files, so orkeys adds no .gitignore; another output folder is safer.`;
  await writePrivateFile(path, Buffer.from('*\n'), tools);
  return undefined;
}

/** Whether the folder's own ignore file keeps everything in it out of git. */
export async function ignoresItself(folder: string): Promise<boolean> {
  return ignoresAll((await readIgnoreFile(join(folder, '.gitignore'))) ?? '');
}

/** The last matching line decides; only the ignore file itself may be let back in. */
function ignoresAll(text: string): boolean {
  let all = false;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const pattern = line.replace(/(?<!\\)\s+$/, '');
    if (['*', '/*', '**', '/**'].includes(pattern)) all = true;
    else if (pattern.startsWith('!') && !['!.gitignore', '!/.gitignore'].includes(pattern)) all = false;
  }
  return all;
}

async function readIgnoreFile(path: string): Promise<string | undefined> {
  try {
    return await readTextSafely(path);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw cannotSaveError('output_not_a_file', `${error.message} So git cannot be told to ignore the keys.`, {
      hint: 'Move it, or use another output folder with --out.',
      cause: error,
    });
  }
}

async function isRepositoryRoot(folder: string): Promise<boolean> {
  return stat(join(folder, '.git')).then(
    () => true,
    () => false,
  );
}
