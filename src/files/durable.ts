import { type FileHandle, open } from 'node:fs/promises';
import { cannotSaveError } from '../errors.ts';
import { hasErrno } from './save-error.ts';

/** Writes all bytes at a position, also when the system takes them in pieces. Append-mode files ignore the position. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) {
      throw cannotSaveError('output_not_saved', 'Cannot save: nothing was written, and the system reported no error.', {
        hint: 'Check the disk, or use another output folder with --out.',
      });
    }
    done += bytesWritten;
  }
}

/** Makes names in a folder survive a power cut. Windows cannot open a folder; NTFS keeps names by its own journal. */
export async function syncFolder(folder: string, platform: NodeJS.Platform): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (platform === 'win32' && hasErrno(error, NOT_FOR_FOLDERS)) return;
    throw error;
  }
}

const NOT_FOR_FOLDERS = new Set(['EPERM', 'EINVAL', 'EISDIR', 'EACCES', 'ENOENT']);

/** Gives an open file mode 0600 and looks whether it took; false where there are no modes (Windows, FAT). */
export async function makePrivate(handle: FileHandle, platform: NodeJS.Platform): Promise<boolean> {
  if (platform === 'win32') return false;
  if (((await handle.stat()).mode & 0o777) === 0o600) return true;
  try {
    await handle.chmod(0o600);
  } catch (error) {
    if (hasErrno(error, NO_MODES)) return false;
    throw error;
  }
  return ((await handle.stat()).mode & 0o777) === 0o600;
}

const NO_MODES = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL']);
