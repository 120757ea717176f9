import { readSafely } from '../files/safe-read.ts';

/** The bytes of a file; undefined if it does not exist. Throws CliError (exit 6) if it cannot be read. */
export function readIfExists(path: string): Promise<Uint8Array | undefined> {
  return readSafely(path);
}
