import { DESKTOP, harmlessEnvironment } from '../child-environment.ts';
import type { Context } from '../context.ts';
import { CliError, EXIT, usageError } from '../errors.ts';
import type { KeyStore, StoreEntry } from '../keychain/key-store.ts';
import { openKeyStore } from '../keychain/open-key-store.ts';
import type { Profile, StoredItem } from '../keychain/profiles.ts';
import type { Secret } from '../secret.ts';
import type { Settings } from '../settings.ts';
import { readProfiles } from './profiles.ts';

/** The key store of this system. Its programs see no variable that may hold a secret. */
export function keyStoreOf({ env, platform, interrupts }: Pick<Context, 'env' | 'platform' | 'interrupts'>): KeyStore {
  return openKeyStore({ platform, env: harmlessEnvironment(env, DESKTOP), stop: interrupts.stop });
}

/** The management key of a profile. */
export function keyEntry(name: string): StoreEntry {
  return { account: `key:${name}`, label: `orkeys management key (${name})` };
}

/** The password of a mail server: `zane@smtp.example.org`. */
export function mailEntry(server: string): StoreEntry {
  return { account: `mail:${server}`, label: `orkeys mail password (${server})` };
}

export async function readProfileKey(name: string, profile: Profile, ctx: Context): Promise<Secret> {
  return readStored(
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

/** The user and the host of ORKEYS_SMTP_URL. Throws `no_mail_server` where it has none. */
export function mailLoginOf(settings: Settings): MailLogin {
  const text = settings.get('ORKEYS_SMTP_URL');
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^smtps?:$/.test(url.protocol) && url.password === '' && MAIL_USER.test(url.username)) {
    return { user: decodeURIComponent(url.username), host: url.hostname };
  }
  throw usageError(
    'no_mail_server',
    'ORKEYS_SMTP_URL does not say which user of which mail server the password is for.',
    {
      hint: 'Set it without a password, in .env for example: ORKEYS_SMTP_URL=smtps://zane@smtp.example.org',
    },
  );
}

/** As it stands in a URL. Programs get it as an argument, so it has no blanks and quotation marks. */
const MAIL_USER = /^(?:[\w.!*~+-]|%40)+$/;

export function mailServerName({ user, host }: MailLogin): string {
  return `${user}@${host}`.toLowerCase();
}

/**
 * The password that `orkeys login --smtp` saved for this user of this mail server; undefined when there is none. Starts the program of
 * the key store, so it is asked last.
 */
export async function storedMailPassword(login: MailLogin, ctx: Context): Promise<Secret | undefined> {
  const { mail } = await readProfiles(ctx);
  const server = mailServerName(login);
  const saved = mail.get(server);
  if (saved === undefined) return undefined;
  const words = { what: `The mail password of ${server}`, again: 'orkeys login --smtp' };
  return readStored(mailEntry(server), saved, words, ctx);
}

async function readStored(
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
