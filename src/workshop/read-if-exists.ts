import { dirname } from 'node:path';
import { readSafely, refuseLinkedFolder } from '../files/safe-read.ts';

/** The bytes of a workshop's file; undefined if it does not exist. Throws CliError (exit 6) if it cannot be read, or is behind a link. */
export async function readIfExists(path: string): Promise<Uint8Array | undefined> {
  await refuseLinkedFolder(dirname(path));
  return readSafely(path);
}
