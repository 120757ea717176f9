import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../errors.ts';
import { foldersIn } from '../files/folder-entries.ts';
import { safeFolderName } from '../files/folder-name.ts';
import { createFolderKeeper, JOURNAL_FILE, KEYS_FILE, LOG_FILES } from './folder-keeper.ts';
import type { LogKeeper, LogName } from './log-keeper.ts';
import { isMarkedShared, readMarker, SHARED_FILE } from './shared-marker.ts';

/** An existing workshop, intact or damaged. */
export interface ShelvedWorkshop {
  /** the folder name, which is the prefix */
  name: string;
  /** absolute */
  folder: string;
}

/** All workshops in an output folder, sorted by name: folders with a journal or keys.json, and shared ones. Empty if the output folder does not exist. */
export async function listWorkshops(outRoot: string): Promise<ShelvedWorkshop[]> {
  const found = await Promise.all(
    (await foldersIn(outRoot)).map(async (name) => {
      const folder = join(outRoot, name);
      // A folder that cannot be listed is reported by the command that reads it.
      const files = await readdir(folder).catch(() => [JOURNAL_FILE]);
      return [JOURNAL_FILE, KEYS_FILE, SHARED_FILE].some((file) => files.includes(file)) ? [{ name, folder }] : [];
    }),
  );
  return found.flat();
}

/** Where the logs of a workshop are stored. */
export function keeperOf(outRoot: string, folder: string): LogKeeper {
  if (!isMarkedShared(folder)) return createFolderKeeper({ outRoot, folder });
  const load = async () => (await import('./shared-keeper.ts')).createSharedKeeper({ outRoot, folder });
  return {
    read: async (log, ctx) => (await load()).read(log, ctx),
    open: async (command, ctx) => (await load()).open(command, ctx),
    hold: async (work, ctx) => (await load()).hold(work, ctx),
    openSideLog: async (log, command, ctx) => (await load()).openSideLog(log, command, ctx),
  };
}

/** Where a log is, for people: its path, or its database. */
export async function logPlace(folder: string, log: LogName): Promise<string> {
  const marker = await readMarker(folder);
  return marker ? `${marker.url} (${log})` : join(folder, LOG_FILES[log]);
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
