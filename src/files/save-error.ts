import { constants } from 'node:os';
import type { ErrorCode } from '../error-codes.ts';
import { type CliError, cannotSaveError } from '../errors.ts';

const FREE_SPACE = 'Free up disk space or use another folder, then run the same command again.';
const CLOSE_IT = 'Close it (in Excel, for example) and run the same command again.';
const OTHER_FOLDER = 'Use another output folder with --out.';
const CONNECT_IT = 'Connect it again, or use another output folder with --out.';

/** What the file system's code means for the user: [our code, what is wrong, what to do]. */
const REASONS: Record<string, readonly [ErrorCode, string, string]> = {
  ENOSPC: ['disk_full', 'the disk is full', FREE_SPACE],
  EDQUOT: ['disk_full', 'your disk quota is used up', FREE_SPACE],
  EFBIG: ['disk_full', 'the file would exceed the size limit', 'Raise the file size limit (ulimit -f).'],
  EROFS: ['read_only', 'the file system is read-only', 'Use a writable folder.'],
  EACCES: ['no_permission', 'permission denied', 'Check who owns it, or use another folder.'],
  EPERM: ['no_permission', 'operation not permitted', 'Check its owner and whether it is open in another program.'],
  EBUSY: ['output_busy', 'it is open in another program', CLOSE_IT],
  EIO: ['disk_failed', 'the disk reported an error', 'Check the disk, or use a folder on another one.'],
  ENOENT: ['output_vanished', 'its folder does not exist', 'Restore the folder, or run the same command again.'],
  ENOTDIR: ['not_a_folder', 'part of its path is a file, not a folder', OTHER_FOLDER],
  EEXIST: ['not_a_folder', 'it exists and is not a folder', OTHER_FOLDER],
  ELOOP: ['output_is_link', 'it is a symbolic link', 'Remove the link, or use another folder.'],
  EISDIR: ['output_not_a_file', 'it is a folder', 'Move the folder, or use another place.'],
  ENAMETOOLONG: ['name_too_long', 'its path is too long', 'Use a shorter folder name or prefix.'],
  EINVAL: ['name_not_allowed', 'the file system does not accept it', 'Use another folder name, or another disk.'],
  EMFILE: ['too_many_files', 'too many files are open', 'Raise the limit (ulimit -n) and run the same command again.'],
  ENFILE: [
    'too_many_files',
    'too many files are open on this computer',
    'Close some programs and run the same command again.',
  ],
  ENODEV: ['disk_gone', 'the disk is no longer available', CONNECT_IT],
  ENXIO: ['disk_gone', 'the disk is no longer available', CONNECT_IT],
  ESTALE: ['disk_gone', 'the network folder is no longer available', CONNECT_IT],
  ETIMEDOUT: ['disk_gone', 'the network folder does not respond', CONNECT_IT],
};

/**
 * The file system's error as an error for the user (exit 6): one sentence with the path, and what to do.
 * Anything that did not come from the file system is returned as it is.
 */
export function saveError(error: unknown, path: string): CliError | Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const system = errnoOf(error);
  if (system === undefined) return error;
  const [code, what, hint] = REASONS[system] ?? ['output_not_saved', `the system answered ${system}`, OTHER_FOLDER];
  return cannotSaveError(code, `Cannot save ${path}: ${what} (${system}).`, { hint, cause: error });
}

/** The system's error code, `ENOSPC`; undefined for errors of another kind. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  if (typeof error.code !== 'string') return undefined;
  return error.code.startsWith('Unknown system error') && 'errno' in error ? unnamed(error.errno) : error.code;
}

export function hasErrno(error: unknown, codes: ReadonlySet<string>): boolean {
  const errno = errnoOf(error);
  return errno !== undefined && codes.has(errno);
}

/** Node has no name for a full quota or a lost network folder: it says `Unknown system error -122`. */
function unnamed(errno: unknown): string {
  if (errno === -constants.errno.EDQUOT) return 'EDQUOT';
  if (errno === -constants.errno.ESTALE) return 'ESTALE';
  return `error ${errno}`;
}
