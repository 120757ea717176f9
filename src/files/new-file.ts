import { open } from 'node:fs/promises';
import { writeAll } from './durable.ts';
import { hasErrno, saveError } from './save-error.ts';
import { type Patience, unlinkPatiently } from './while-held.ts';

/**
 * Writes a file that is not there yet. False, and nothing is touched, if something of this name is there.
 *
 * @param isPrivate readable for its owner alone
 */
export async function writeNewFile(
  path: string,
  bytes: Uint8Array,
  { isPrivate }: { isPrivate: boolean },
  tools: Patience,
): Promise<boolean> {
  try {
    // Refuses links too, wherever they lead.
    const handle = await open(path, 'wx', isPrivate ? 0o600 : 0o666);
    try {
      await writeAll(handle, bytes, 0);
      await handle.sync();
    } catch (error) {
      await handle.close();
      await unlinkPatiently(path, tools).catch(() => undefined);
      throw error;
    }
    await handle.close();
    return true;
  } catch (error) {
    if (hasErrno(error, THERE)) return false;
    throw saveError(error, path);
  }
}

const THERE = new Set(['EEXIST', 'EISDIR']);
