import { constants } from 'node:os';
import type { ErrorCode } from '../error-codes.ts';
import { type CliError, cannotSaveError } from '../errors.ts';

/** What the file system's code means for the user: [our code, what is wrong, what to do]. */
const REASONS: Record<string, readonly [ErrorCode, string, string]> = {
  ENOSPC: ['disk_full', 'the disk is full', 'Free some space or choose another folder, then run the command again.'],
  EDQUOT: ['disk_full', 'your disk quota is used up', 'Free some space or choose another folder, then run again.'],
  EFBIG: ['disk_full', 'the file would become larger than is allowed', 'Raise the file size limit (ulimit -f).'],
  EROFS: ['read_only', 'the file system is read-only', 'Choose a folder that can be written to.'],
  EACCES: ['no_permission', 'permission is denied', 'Check who owns the folder, or choose another one.'],
  EPERM: ['no_permission', 'the system does not permit it', 'Check who owns it and whether another program holds it.'],
  EBUSY: ['output_busy', 'another program holds it', 'Close the program that has it open (Excel?) and run again.'],
  EIO: ['disk_failed', 'the disk reported an error', 'Check the disk, or choose a folder on another one.'],
  ENOENT: ['output_vanished', 'its folder is not there (any more)', 'Put the folder back, or run the command again.'],
  ENOTDIR: ['not_a_folder', 'a part of its path is a file, not a folder', 'Choose another folder.'],
  EEXIST: ['not_a_folder', 'something that is not a folder is in its place', 'Choose another folder.'],
  ELOOP: ['output_is_link', 'it is a symbolic link', 'Remove the link, or choose another folder.'],
  EISDIR: ['output_not_a_file', 'it is a folder', 'Move the folder away, or choose another place.'],
  ENAMETOOLONG: ['name_too_long', 'its path is too long', 'Choose a shorter folder name or prefix.'],
  EINVAL: ['name_not_allowed', 'the file system does not accept it', 'Choose another folder name, or another disk.'],
  EMFILE: ['too_many_files', 'too many files are open', 'Raise the limit (ulimit -n) and run again.'],
  ENFILE: ['too_many_files', 'too many files are open on this machine', 'Close some programs and run again.'],
  ENODEV: ['disk_gone', 'the disk is not there any more', 'Connect it again, or choose another folder.'],
  ENXIO: ['disk_gone', 'the disk is not there any more', 'Connect it again, or choose another folder.'],
  ESTALE: ['disk_gone', 'the network folder is not there any more', 'Connect it again, or choose another folder.'],
  ETIMEDOUT: ['disk_gone', 'the network folder does not answer', 'Connect it again, or choose another folder.'],
};

/**
 * The file system's error as an error for the user (exit 6): one sentence with the path, and what to do.
 * Anything that did not come from the file system is returned as it is.
 */
export function saveError(error: unknown, path: string): CliError | Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const system = errnoOf(error);
  if (system === undefined) return error;
  const [code, what, hint] = REASONS[system] ?? [
    'output_not_saved',
    `the system answered ${system}`,
    'Choose another folder.',
  ];
  return cannotSaveError(code, `Cannot save ${path}: ${what} (${system}).`, { hint, cause: error });
}

/** The system's error code, `ENOSPC`; undefined for errors of another kind. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  if (typeof error.code !== 'string') return undefined;
  return error.code.startsWith('Unknown system error') && 'errno' in error ? unnamed(error.errno) : error.code;
}

/** Node has no name for a full quota or a lost network folder: it says `Unknown system error -122`. */
function unnamed(errno: unknown): string {
  if (errno === -constants.errno.EDQUOT) return 'EDQUOT';
  if (errno === -constants.errno.ESTALE) return 'ESTALE';
  return `error ${errno}`;
}
