import type { Context } from '../context.ts';
import type { Profiles, StoredItem } from '../keychain/profiles.ts';
import type { Secret } from '../secret.ts';
import { changeProfiles } from './profiles.ts';
import { keyEntry, keyStoreOf, type MailLogin, mailEntry, mailServerName } from './stored-secrets.ts';

/** A management key that was checked, and what it was found to be. */
export interface CheckedKey {
  key: Secret;
  /** who owns the account, if OpenRouter said so */
  account: string | undefined;
  baseUrl: string;
}

/**
 * Saves a management key under a name; the first one becomes the default profile. The key store has it before profiles.json names it,
 * so a run that is killed in between leaves nothing that could be used by mistake.
 */
export async function saveManagementKey(
  name: string,
  { key, account, baseUrl }: CheckedKey,
  { makeDefault }: { makeDefault: boolean },
  ctx: Context,
): Promise<{ isDefault: boolean }> {
  const saved = await changeProfiles(
    'login',
    async (known) => {
      const item = await saveIn(keyEntry(name), key, ctx);
      const profile = { ...item, label: key.toString(), account: account ?? null, base_url: baseUrl };
      const profiles = new Map(known.profiles).set(name, profile);
      return { ...known, default: makeDefault ? name : (known.default ?? name), profiles };
    },
    ctx,
  );
  return { isDefault: saved.default === name };
}

/** Saves the password for one user of one mail server. */
export async function saveMailPassword(login: MailLogin, password: Secret, ctx: Context): Promise<void> {
  const server = mailServerName(login);
  const save = async (known: Profiles) => {
    const item = await saveIn(mailEntry(server), password, ctx);
    return { ...known, mail: new Map(known.mail).set(server, item) };
  };
  await changeProfiles('login', save, ctx);
}

/** Removes a management key from the key store, then its name. Returns what is left. */
export async function forgetManagementKey(name: string, ctx: Context): Promise<Profiles> {
  const forget = async (known: Profiles) => {
    await keyStoreOf(ctx).remove(keyEntry(name));
    const profiles = new Map(known.profiles);
    profiles.delete(name);
    return { ...known, default: known.default === name ? undefined : known.default, profiles };
  };
  return changeProfiles('logout', forget, ctx);
}

/** Removes a mail password from the key store, then the name of its server. */
export async function forgetMailPassword(server: string, ctx: Context): Promise<void> {
  const forget = async (known: Profiles) => {
    await keyStoreOf(ctx).remove(mailEntry(server));
    const mail = new Map(known.mail);
    mail.delete(server);
    return { ...known, mail };
  };
  await changeProfiles('logout', forget, ctx);
}

async function saveIn(entry: ReturnType<typeof keyEntry>, secret: Secret, ctx: Context): Promise<StoredItem> {
  const store = keyStoreOf(ctx);
  const sealed = await store.save(entry, secret);
  return { store: store.id, ...(sealed === undefined ? {} : { sealed }), added_at: ctx.now().toISOString() };
}
