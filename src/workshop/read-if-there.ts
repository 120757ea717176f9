import { readSafely } from '../files/safe-read.ts';

/** A file's bytes; undefined when it is not there. Throws CliError (exit 6) when it cannot be read. */
export function readIfThere(path: string): Promise<Uint8Array | undefined> {
  return readSafely(path);
}
