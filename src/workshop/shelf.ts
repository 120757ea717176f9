import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../errors.ts';
import { foldersIn } from '../files/folder-entries.ts';
import { safeFolderName } from '../files/folder-name.ts';
import { createFolderKeeper, JOURNAL_FILE, KEYS_FILE } from './folder-keeper.ts';
import type { LogKeeper } from './log-keeper.ts';

/** A workshop that is there, whatever state it is in. */
export interface ShelvedWorkshop {
  /** as its folder is called: the prefix */
  name: string;
  /** absolute */
  folder: string;
}

/** Every workshop of an output folder, sorted by name: whatever has a journal or keys.json. None where there is no such folder. */
export async function listWorkshops(outRoot: string): Promise<ShelvedWorkshop[]> {
  const found = await Promise.all(
    (await foldersIn(outRoot)).map(async (name) => {
      const folder = join(outRoot, name);
      // One that cannot be looked into is told by whoever reads it.
      const files = await readdir(folder).catch(() => [JOURNAL_FILE]);
      return files.includes(JOURNAL_FILE) || files.includes(KEYS_FILE) ? [{ name, folder }] : [];
    }),
  );
  return found.flat();
}

/** Where the logs of a workshop are kept. */
export function keeperOf(outRoot: string, folder: string): LogKeeper {
  return createFolderKeeper({ outRoot, folder });
}

/** Absolute path of the workshop's folder. Throws when the prefix cannot be a folder's name on some system. */
export function workshopFolder(outRoot: string, prefix: string): string {
  const named = safeFolderName(prefix);
  if ('problem' in named) {
    throw usageError('bad_prefix', `--prefix ${prefix}: ${named.problem}.`, { hint: 'Choose another --prefix.' });
  }
  if (/^sandbox$/i.test(named.name)) {
    throw usageError('bad_prefix', `--prefix ${prefix} is reserved for --sandbox.`, {
      hint: 'Choose another --prefix.',
    });
  }
  return join(outRoot, named.name);
}
