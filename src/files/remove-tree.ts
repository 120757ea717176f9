import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './durable.ts';
import type { FileTools } from './private-file.ts';
import { saveError } from './save-error.ts';

/** Removes a file, or a folder with all that is in it; a link itself, not what it leads to. Durable when this returns. */
export async function removeTree(path: string, tools: FileTools): Promise<void> {
  try {
    // Windows: a virus scanner may hold a file for a moment.
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
    await syncFolder(dirname(path), tools.platform);
  } catch (error) {
    throw saveError(error, path);
  }
}
