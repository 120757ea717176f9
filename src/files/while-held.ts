import { rename, unlink } from 'node:fs/promises';
import { hasErrno } from './save-error.ts';

export interface Patience {
  sleep(ms: number): Promise<void>;
}

/** ms; together a bit over 3 s, which is how long a virus scanner may hold a fresh file */
const RETRY_DELAYS = [50, 100, 200, 400, 800, 1600];
const HELD = new Set(['EBUSY', 'EPERM', 'EACCES', 'ETXTBSY']);

/** Renames, also when a virus scanner or an indexer holds the file for a moment. */
export function renamePatiently(from: string, to: string, tools: Patience): Promise<void> {
  return retryWhileHeld(() => rename(from, to), tools);
}

/** Removes a file, also when another program holds it for a moment. */
export function unlinkPatiently(path: string, tools: Patience): Promise<void> {
  return retryWhileHeld(() => unlink(path), tools);
}

/** Whether an error says that another program has the file open; or, outside of Windows, that it is not permitted. */
export function isHeldOpen(error: unknown): boolean {
  return hasErrno(error, HELD);
}

/** Tries again for about 3 s while another program holds the file; then throws the system's last error. */
async function retryWhileHeld(work: () => Promise<void>, { sleep }: Patience): Promise<void> {
  for (const delay of RETRY_DELAYS) {
    try {
      return await work();
    } catch (error) {
      if (!isHeldOpen(error)) throw error;
      await sleep(delay);
    }
  }
  return work();
}
