import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { CliError, EXIT } from '../errors.ts';
import { errnoOf } from './save-error.ts';

/** bytes; a journal of 100,000 people has a quarter of it */
const MOST_BYTES = 512_000_000;
/** bytes; a journal keeps its whole roster in one line, 100,000 rows of it in about 30 MB */
const LONGEST_LINE = 64_000_000;

/**
 * A file's bytes; undefined when it is not there. Follows no link, waits for no pipe, and reads no more than it must:
 * whoever can write to the folder must not stop the program. Throws CliError `cannot_read` (exit 6).
 */
export async function readSafely(
  path: string,
  most = MOST_BYTES,
  longestLine = LONGEST_LINE,
): Promise<Uint8Array | undefined> {
  let handle: FileHandle | undefined;
  try {
    // Windows knows neither flag: undefined is 0 here.
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return await readBounded(handle, path, most, longestLine);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error instanceof CliError ? error : becauseOf(error, path);
  } finally {
    await handle?.close();
  }
}

/** What an open file has in it, within the same bounds. */
export async function readBounded(
  handle: FileHandle,
  path: string,
  most = MOST_BYTES,
  longestLine = LONGEST_LINE,
): Promise<Uint8Array> {
  const found = await handle.stat();
  if (!found.isFile()) throw refused(path, 'it is not a regular file', MOVE_AWAY);
  if (found.size > most) throw refused(path, `it is larger than ${most / 1_000_000} MB`, MOVE_AWAY);
  const bytes = await readAtMost(handle, found.size);
  if (hasLongLine(bytes, longestLine)) {
    throw refused(path, `a line in it is longer than ${longestLine / 1_000_000} MB`, MOVE_AWAY);
  }
  return bytes;
}

/** Throws where a folder is a link: what is read there would be somebody else's choice. Cloud placeholders are none for lstat. */
export async function refuseLinkedFolder(folder: string): Promise<void> {
  if ((await lstat(folder).catch(() => undefined))?.isSymbolicLink()) {
    throw refused(folder, 'it is a symbolic link', MOVE_AWAY);
  }
}

/** Text of a small file; undefined when it is not there. */
export async function readTextSafely(path: string): Promise<string | undefined> {
  const bytes = await readSafely(path, LONGEST_LINE);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
}

const MOVE_AWAY = 'Move it, or use another output folder with --out.';

async function readAtMost(handle: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(size);
  let done = 0;
  while (done < size) {
    const { bytesRead } = await handle.read(bytes, done, size - done, done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

function hasLongLine(bytes: Uint8Array, longest: number): boolean {
  if (bytes.length <= longest) return false;
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    if (end - start > longest) return true;
    start = end + 1;
  }
  return bytes.length - start > longest;
}

function becauseOf(error: unknown, path: string): CliError {
  const system = errnoOf(error);
  if (system === undefined) throw error;
  if (system === 'ELOOP') return refused(path, 'it is a symbolic link', MOVE_AWAY, error);
  // What a socket answers, and a pipe in some systems.
  if (system === 'ENXIO' || system === 'EISDIR') return refused(path, 'it is not a regular file', MOVE_AWAY, error);
  if (system === 'EBUSY' || system === 'EPERM') {
    return refused(
      path,
      `it is open in another program (${system})`,
      'Close it (in Excel, for example) and run the same command again.',
      error,
    );
  }
  return refused(
    path,
    `the system answered ${system}`,
    'Check its permissions, or use another output folder with --out.',
    error,
  );
}

function refused(path: string, why: string, hint: string, cause?: unknown): CliError {
  return new CliError('cannot_read', EXIT.CANNOT_SAVE, `Cannot read ${path}: ${why}.`, { hint, cause });
}
