import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { ErrorCode } from '../error-codes.ts';
import { cannotSaveError } from '../errors.ts';
import { errnoOf, saveError } from './save-error.ts';

/**
 * What stands where a file shall be written: an ordinary file or nothing (undefined).
 * A link, folder, pipe, socket or device is refused: secrets would end up elsewhere.
 */
export async function lookAtTarget(path: string): Promise<Stats | undefined> {
  let found: Stats;
  try {
    found = await lstat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw saveError(error, path);
  }
  if (!found.isFile()) throw refusal(path, found);
  return found;
}

export function refusal(path: string, found: Stats): Error {
  const [code, what] = kindOf(found);
  return cannotSaveError(code, `Cannot save ${path}: it is ${what}, not a regular file.`, {
    hint: 'Move it, or use another output folder with --out.',
  });
}

/** A link below the output folder was put there by somebody. A cloud folder's placeholder on Windows is none for lstat. */
export async function refuseLink(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => undefined);
  if (!found?.isSymbolicLink()) return;
  throw cannotSaveError('output_is_link', `Cannot use ${folder}: it is a symbolic link, not a folder.`, {
    hint: 'Move it, or use another output folder with --out.',
  });
}

function kindOf(found: Stats): readonly [code: ErrorCode, what: string] {
  if (found.isSymbolicLink()) return ['output_is_link', 'a symbolic link'];
  if (found.isDirectory()) return ['output_not_a_file', 'a folder'];
  if (found.isFIFO()) return ['output_not_a_file', 'a named pipe'];
  if (found.isSocket()) return ['output_not_a_file', 'a socket'];
  return ['output_not_a_file', 'a device'];
}
