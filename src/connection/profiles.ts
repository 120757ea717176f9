import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { acquireLock } from '../files/lock.ts';
import { makeFolder } from '../files/output-folder.ts';
import { writePrivateFile } from '../files/private-file.ts';
import { readTextSafely } from '../files/safe-read.ts';
import { formatProfiles, NO_PROFILES, type Profile, type Profiles, parseProfiles } from '../keychain/profiles.ts';

/** Where the names of saved secrets are. */
export function profilesPath(ctx: Pick<Context, 'env' | 'home' | 'platform'>): string {
  return join(settingsFolder(ctx), 'profiles.json');
}

/** Ours, in the folder for settings of programs. */
export function settingsFolder({ env, home, platform }: Pick<Context, 'env' | 'home' | 'platform'>): string {
  const settings =
    platform === 'win32'
      ? (env.APPDATA ?? join(home, 'AppData', 'Roaming'))
      : env.XDG_CONFIG_HOME || join(home, '.config');
  return join(settings, 'orkeys');
}

export async function readProfiles(ctx: Context): Promise<Profiles> {
  const path = profilesPath(ctx);
  const text = await readTextSafely(path);
  return text === undefined ? NO_PROFILES : parseProfiles(text, path);
}

/**
 * Changes what profiles.json says, while no other process does: a name that is lost is a secret that nobody finds. Throws `locked`
 * (exit 7) before anything changes.
 */
export async function changeProfiles<P extends Profiles>(
  command: string,
  change: (known: Profiles) => P | Promise<P>,
  ctx: Context,
): Promise<P> {
  return whileSettingsLocked(command, ctx, async () => {
    const changed = await change(await readProfiles(ctx));
    await writePrivateFile(profilesPath(ctx), Buffer.from(formatProfiles(changed)), ctx);
    return changed;
  });
}

/** Throws `locked` (exit 7) where another process changes the settings. */
export async function whileSettingsLocked<T>(command: string, ctx: Context, work: () => Promise<T>): Promise<T> {
  const folder = settingsFolder(ctx);
  await makeFolder(folder, ctx);
  const lock = await acquireLock(folder, { ...ctx, command });
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** The profile of this name. Throws `unknown_profile`. */
export function findProfile({ profiles }: Profiles, name: string): Profile {
  const found = profiles.get(name);
  if (found) return found;
  const known = [...profiles.keys()].join(', ');
  throw usageError('unknown_profile', `No profile ${name} on this computer.`, {
    hint: known === '' ? `Save a management key with: orkeys login ${name}` : `Profiles: ${known}`,
  });
}

/** Programs get it as an argument, and people type it. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Throws `bad_profile`. */
export function checkProfileName(name: string): string {
  if (NAME.test(name)) return name;
  throw usageError('bad_profile', `${name} cannot be the name of a profile.`, {
    hint: 'Use at most 64 letters without accents, digits, dots, underscores and hyphens; a letter or a digit first.',
  });
}
