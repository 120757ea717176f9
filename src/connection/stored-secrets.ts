import type { Context } from '../context.ts';
import { CliError, EXIT } from '../errors.ts';
import { harmlessEnvironment } from '../files/child-environment.ts';
import type { KeyStore, StoreEntry } from '../keychain/key-store.ts';
import { openKeyStore } from '../keychain/open-key-store.ts';
import type { Profile, Profiles, StoredItem } from '../keychain/profiles.ts';
import type { Secret } from '../secret.ts';
import { readProfiles } from './profiles.ts';

/** The key store of this system. Its programs see no variable that may hold a secret. */
export function keyStoreOf({ env, platform, interrupts }: Pick<Context, 'env' | 'platform' | 'interrupts'>): KeyStore {
  return openKeyStore({ platform, env: harmlessEnvironment(env, SESSION), stop: interrupts.stop });
}

/** How programs find the desktop's session, where the keyring is and where a window can ask to unlock it. */
const SESSION = ['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY'];

/** The management key of a profile. */
export function keyEntry(name: string): StoreEntry {
  return { account: `key:${name}`, label: `orkeys management key (${name})` };
}

/** The password of a mail server: `zane@smtp.example.org`. */
export function mailEntry(server: string): StoreEntry {
  return { account: `mail:${server}`, label: `orkeys mail password (${server})` };
}

export async function readProfileKey(name: string, profile: Profile, ctx: Context): Promise<Secret> {
  return readSecret(
    keyEntry(name),
    profile,
    { what: `The management key of profile ${name}`, again: `orkeys login ${name}` },
    ctx,
  );
}

/** Who logs in to a mail server: the password is given to no other. */
export interface MailLogin {
  user: string;
  host: string;
}

export function mailServerName({ user, host }: MailLogin): string {
  return `${user}@${host}`.toLowerCase();
}

/**
 * The password that `orkeys login --smtp` saved for this user of this mail server; undefined when there is none. Starts the program of
 * the key store, so it is asked last.
 */
export async function storedMailPassword(login: MailLogin, ctx: Context): Promise<Secret | undefined> {
  const { mail }: Profiles = await readProfiles(ctx);
  const server = mailServerName(login);
  const saved = mail.get(server);
  if (saved === undefined) return undefined;
  const words = { what: `The mail password of ${server}`, again: 'orkeys login --smtp' };
  return readSecret(mailEntry(server), saved, words, ctx);
}

async function readSecret(
  entry: StoreEntry,
  { store, sealed }: StoredItem,
  { what, again }: { what: string; again: string },
  ctx: Context,
): Promise<Secret> {
  const here = keyStoreOf(ctx);
  const secret = store === here.id ? await here.read({ ...entry, sealed }) : undefined;
  if (secret === undefined) {
    const where = store === here.id ? `no longer in ${here.title}` : `in a key store of another system (${store})`;
    throw new CliError('key_not_stored', EXIT.NOT_AUTHORIZED, `${what} is ${where}.`, {
      hint: `Save it again with: ${again}`,
    });
  }
  ctx.redactor.learn(secret);
  return secret;
}
