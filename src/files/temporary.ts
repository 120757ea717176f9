import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, saveError } from './save-error.ts';
import { type Patience, unlinkPatiently } from './while-held.ts';

const TEMPORARY = /^\.orkeys-[0-9a-f]{16}\.tmp$/;

/** A name for a file on its way into place: random, so that it tells nothing of what is in it. */
export function temporaryPath(folder: string, random: (bytes: number) => Uint8Array): string {
  return join(folder, `.orkeys-${Buffer.from(random(8)).toString('hex')}.tmp`);
}

/** Removes what killed runs left half-written, and with it their secrets. Only for the holder of the folder's lock. */
export async function removeLeftovers(folder: string, tools: Patience): Promise<number> {
  let removed = 0;
  try {
    for (const name of await readdir(folder)) {
      if (!TEMPORARY.test(name)) continue;
      await unlinkPatiently(join(folder, name), tools);
      removed++;
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw saveError(error, folder);
  }
  return removed;
}
