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
    sandbox: false,
    dry_run: dryRun,
    profile: name,
    label,
    account: account ?? null,
    base_url: baseUrl,
    default: isDefault,
    replaces: replaces ?? null,
    server: null,
    store: store.id,
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

export function renderMailLogin(view: MailLoginView): string {
  const { server, store, dryRun } = view;
  return renderDetails([
    [dryRun ? 'Would save' : 'Saved', `the password of ${server}, in ${store.title}`],
    ['Note', mailNote(view)],
  ]);
}

/** The same fields as for a management key. */
export function mailLoginJson(view: MailLoginView): { [field in keyof ReturnType<typeof loginJson>]: unknown } {
  const note = mailNote(view);
  return {
    version: 1,
    command: 'login',
    sandbox: false,
    dry_run: view.dryRun,
    profile: null,
    label: null,
    account: null,
    base_url: null,
    default: false,
    replaces: null,
    server: view.server,
    store: view.store.id,
    notes: note === undefined ? [] : [note],
  };
}

function mailNote({ usedBefore }: MailLoginView): string | undefined {
  return usedBefore === undefined ? undefined : `${usedBefore} is set, and is used before it.`;
}
