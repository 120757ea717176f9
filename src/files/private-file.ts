import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { CliError, cannotSaveError } from '../errors.ts';
import { makePrivate, syncFolder, writeAll } from './durable.ts';
import { errnoOf, saveError } from './save-error.ts';
import { lookAtTarget } from './target.ts';
import { temporaryPath } from './temporary.ts';
import { isHeldOpen, renamePatiently, unlinkPatiently } from './while-held.ts';

/** What file work needs of the world. */
export interface FileTools {
  random(bytes: number): Uint8Array;
  sleep(ms: number): Promise<void>;
  platform: NodeJS.Platform;
}

export interface WrittenFile {
  /** where it really is */
  path: string;
  /** set when another program held the wanted file, so that it was written beside it */
  insteadOf?: string;
  /** false where the system has no file modes: others may be able to read it */
  private: boolean;
  /** false when the same bytes were there already and the file was left alone */
  changed: boolean;
}

/**
 * Puts a file in place whole or not at all, readable for its owner alone, and durable when this returns.
 * Throws CliError (exit 6); `output_busy` when another program holds the file.
 */
export async function writePrivateFile(path: string, bytes: Uint8Array, tools: FileTools): Promise<WrittenFile> {
  const same = await keepIfSame(path, bytes, tools.platform);
  if (same !== undefined) return same;
  const temporary = temporaryPath(dirname(path), tools.random);
  try {
    const isPrivate = await writeTemporary(temporary, bytes, tools.platform);
    await renameOver(temporary, path, tools);
    await syncFolder(dirname(path), tools.platform);
    return { path, private: isPrivate, changed: true };
  } catch (error) {
    await unlinkPatiently(temporary, tools).catch(() => undefined);
    throw saveError(error, path);
  }
}

/** As `writePrivateFile`; but while another program holds the file, `keys-2.xlsx` (or -3, …) is written instead. */
export async function writeOrBeside(path: string, bytes: Uint8Array, tools: FileTools): Promise<WrittenFile> {
  try {
    return await writePrivateFile(path, bytes, tools);
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'output_busy') throw error;
    const { dir, name, ext } = parse(path);
    for (let number = 2; number < 100; number++) {
      const beside = join(dir, `${name}-${number}${ext}`);
      const written = await writeIfFree(beside, bytes, tools);
      if (written !== undefined) return { ...written, insteadOf: path };
    }
    throw error;
  }
}

/** Never over another file: `keys-2.xlsx` may be the user's own. */
async function writeIfFree(path: string, bytes: Uint8Array, tools: FileTools): Promise<WrittenFile | undefined> {
  try {
    const found = await lookAtTarget(path);
    return found === undefined
      ? await writePrivateFile(path, bytes, tools)
      : await keepIfSame(path, bytes, tools.platform);
  } catch (error) {
    if (error instanceof CliError && TAKEN.has(error.code)) return undefined;
    throw error;
  }
}

const TAKEN = new Set(['output_is_link', 'output_not_a_file', 'output_busy']);

/** A file with the same bytes only has its mode mended; undefined when it has to be written. */
async function keepIfSame(
  path: string,
  bytes: Uint8Array,
  platform: NodeJS.Platform,
): Promise<WrittenFile | undefined> {
  const found = await lookAtTarget(path);
  if (found === undefined || found.size !== bytes.length) return undefined;
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    // Not readable, perhaps held: writing it anew finds out and says why.
    return undefined;
  }
  try {
    if (!(await handle.readFile()).equals(bytes)) return undefined;
    const isPrivate = await makePrivate(handle, platform);
    // Owned by somebody else, for instance: a new file is ours.
    if (!isPrivate && platform !== 'win32' && found.uid !== process.getuid?.()) return undefined;
    return { path, private: isPrivate, changed: false };
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  } finally {
    await handle.close();
  }
}

async function writeTemporary(path: string, bytes: Uint8Array, platform: NodeJS.Platform): Promise<boolean> {
  const handle = await open(path, 'wx', 0o600);
  try {
    const isPrivate = await makePrivate(handle, platform);
    await writeAll(handle, bytes, 0);
    await handle.sync();
    return isPrivate;
  } finally {
    await handle.close();
  }
}

async function renameOver(from: string, to: string, tools: FileTools): Promise<void> {
  try {
    await renamePatiently(from, to, tools);
  } catch (error) {
    if (!isHeldOpen(error)) throw error;
    throw cannotSaveError('output_busy', `Cannot replace ${to}: it is open in another program (${errnoOf(error)}).`, {
      hint: 'Close it (in Excel, for example) and run the same command again.',
      cause: error,
    });
  }
}
