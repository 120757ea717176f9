import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Names of the folders in a folder, sorted. A cloud folder on Windows (OneDrive, Dropbox) reports its placeholders as links
 * or as nothing known, so what is neither file nor folder is looked at once more. None where the folder cannot be listed.
 */
export async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      if (entry.isFile()) return [];
      if (entry.isDirectory()) return [entry.name];
      const seen = await stat(join(folder, entry.name)).catch(() => undefined);
      return seen?.isDirectory() ? [entry.name] : [];
    }),
  );
  return found.flat().sort();
}
