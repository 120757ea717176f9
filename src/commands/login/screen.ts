import type { Context } from '../../context.ts';
import { DEFAULT_BASE_URL } from '../../settings.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { renderDetails } from '../../terminal/details.ts';

/** The part of a key store that is shown. */
interface ShownStore {
  id: string;
  title: string;
}

export interface LoginView {
  name: string;
  /** the masked key */
  label: string;
  account: string | undefined;
  baseUrl: string;
  store: ShownStore;
  isDefault: boolean;
  /** the masked key that was there before, if it is another */
  replaces: string | undefined;
  dryRun: boolean;
  note: string | undefined;
}

export function renderLogin(view: LoginView, { env }: Pick<Context, 'env'>): string {
  const { name, label, account, baseUrl, store, isDefault, replaces, dryRun, note } = view;
  const options = isDefault && note === undefined ? [] : ['--profile', name];
  return renderDetails([
    [dryRun ? 'Would save' : 'Saved', `management key ${label} as profile ${name}, in ${store.title}`],
    ['Replaced', replaces],
    ['Account', account],
    ['Service', baseUrl === DEFAULT_BASE_URL ? undefined : baseUrl],
    ['Default', isDefault ? 'yes' : `no; to make it so: ${commandLine(['profiles', '--default', name], env)}`],
    ['Note', note],
    ['Check it', commandLine(['whoami', ...options], env)],
  ]);
}

export function loginJson({ name, label, account, baseUrl, store, isDefault, replaces, dryRun, note }: LoginView) {
  return {
    version: 1,
    command: 'login',
    dry_run: dryRun,
    profile: name,
    label,
    account: account ?? null,
    base_url: baseUrl,
    store: store.id,
    default: isDefault,
    replaces: replaces ?? null,
    notes: note === undefined ? [] : [note],
  };
}

export interface MailLoginView {
  /** `zane@smtp.example.org` */
  server: string;
  store: ShownStore;
  /** a variable that has a password or a token too */
  usedBefore: string | undefined;
  dryRun: boolean;
}

export function renderMailLogin({ server, store, usedBefore, dryRun }: MailLoginView): string {
  return renderDetails([
    [dryRun ? 'Would save' : 'Saved', `the password of ${server}, in ${store.title}`],
    ['Note', usedBefore === undefined ? undefined : `${usedBefore} is set, and is used before it`],
  ]);
}

export function mailLoginJson({ server, store, usedBefore, dryRun }: MailLoginView) {
  return {
    version: 1,
    command: 'login',
    dry_run: dryRun,
    server,
    store: store.id,
    notes: usedBefore === undefined ? [] : [`${usedBefore} is set, and is used before it`],
  };
}
