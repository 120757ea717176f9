import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../errors.ts';
import { foldersIn } from '../files/folder-entries.ts';
import { safeFolderName } from '../files/folder-name.ts';
import { createFolderKeeper, JOURNAL_FILE, KEYS_FILE } from './folder-keeper.ts';
import type { LogKeeper } from './log-keeper.ts';

/** An existing workshop, intact or damaged. */
export interface ShelvedWorkshop {
  /** the folder name, which is the prefix */
  name: string;
  /** absolute */
  folder: string;
}

/** All workshops in an output folder, sorted by name: folders with a journal or keys.json. Empty if the output folder does not exist. */
export async function listWorkshops(outRoot: string): Promise<ShelvedWorkshop[]> {
  const found = await Promise.all(
    (await foldersIn(outRoot)).map(async (name) => {
      const folder = join(outRoot, name);
      // A folder that cannot be listed is reported by the command that reads it.
      const files = await readdir(folder).catch(() => [JOURNAL_FILE]);
      return files.includes(JOURNAL_FILE) || files.includes(KEYS_FILE) ? [{ name, folder }] : [];
    }),
  );
  return found.flat();
}

/** Where the logs of a workshop are stored. */
export function keeperOf(outRoot: string, folder: string): LogKeeper {
  return createFolderKeeper({ outRoot, folder });
}

/** Absolute path of the workshop folder. Throws if the prefix is not a valid folder name on every system. */
export function workshopFolder(outRoot: string, prefix: string): string {
  const named = safeFolderName(prefix);
  if ('problem' in named) {
    throw usageError('bad_prefix', `Invalid --prefix ${prefix}: ${named.problem}.`, {
      hint: 'Choose another prefix with --prefix.',
    });
  }
  if (/^sandbox$/i.test(named.name)) {
    throw usageError('bad_prefix', `--prefix ${prefix} is reserved for --sandbox.`, {
      hint: 'Choose another prefix with --prefix.',
    });
  }
  return join(outRoot, named.name);
}
