import { readFile } from 'node:fs/promises';
import { CliError, EXIT } from '../errors.ts';

/** A file's bytes; undefined when it is not there. Throws CliError (exit 6) when it cannot be read. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new CliError('cannot_read', EXIT.CANNOT_SAVE, `Cannot read ${path}.`, {
      hint: 'Check its type and permissions, or use another output folder with --out.',
      cause: error,
    });
  }
}
