import { Secret } from '../secret.ts';
import type { KeyStore, StoreEntry } from './key-store.ts';
import { runTool, type ToolEnd, type ToolOptions } from './run-tool.ts';
import { failedStore, lockedStore, noStore, type StoreTask } from './store-error.ts';

const TITLE = 'the keyring of this computer';

/** ms; with a display, a window may ask for the password of the keyring */
const PATIENCE = { window: 120_000, nobody: 15_000 };

/** GNOME Keyring, KWallet and others, by `secret-tool` of libsecret (0.20 and newer). */
export function createSecretService(options: ToolOptions, patience = patienceIn(options.env)): KeyStore {
  const ask = async (task: StoreTask, args: readonly string[], input = ''): Promise<ToolEnd> => {
    // Its messages are compared, so they have to be in English.
    const env = { ...options.env, LC_ALL: 'C' };
    const ended = await runTool({ program: 'secret-tool', args, input, patience }, { ...options, env });
    if (ended === undefined) throw noStore(task, 'secret-tool is missing', INSTALL);
    if (ended.code !== 0 && ended.stderr.trim() !== '') throw explain(task, ended);
    if (ended.code === null) throw failedStore(task, TITLE, ended);
    return ended;
  };

  /** `lookup` says the same of a secret that is not there and of one that is locked; `search` lists both. */
  const isThere = async (task: StoreTask, entry: StoreEntry) =>
    (await ask(task, ['search', ...attributesOf(entry)])).stdout.trim() !== '';

  const read = async (entry: StoreEntry, task: StoreTask = 'read'): Promise<Secret | undefined> => {
    const found = await ask(task, ['lookup', ...attributesOf(entry)]);
    if (found.code === 0) return new Secret(found.stdout);
    if (await isThere(task, entry)) throw locked(task);
    return undefined;
  };

  return {
    id: 'secret-service',
    title: TITLE,
    async check() {
      await ask('check', ['search', ...attributesOf({ account: 'none', label: '' })]);
    },
    async save(entry, secret) {
      const stored = await ask('save', ['store', '--label', entry.label, ...attributesOf(entry)], secret.reveal());
      if (stored.code !== 0) throw failedStore('save', TITLE, stored);
      const back = await read(entry, 'save');
      if (back?.reveal() === secret.reveal()) return undefined;
      await ask('remove', ['clear', ...attributesOf(entry)]);
      throw failedStore('save', TITLE, stored, 'another secret came back than was saved; it was removed');
    },
    read: (entry) => read(entry),
    async remove(entry) {
      // Ends with 1 when there is nothing to remove, or when it is locked.
      await ask('remove', ['clear', ...attributesOf(entry)]);
      if (await isThere('remove', entry)) throw locked('remove');
    },
  };
}

function patienceIn({ DISPLAY, WAYLAND_DISPLAY }: ToolOptions['env']): number {
  return DISPLAY || WAYLAND_DISPLAY ? PATIENCE.window : PATIENCE.nobody;
}

const INSTALL = 'Install it: the package is libsecret-tools (Debian, Ubuntu) or libsecret (Fedora, Arch).';

function attributesOf({ account }: StoreEntry): string[] {
  return ['service', 'orkeys', 'account', account];
}

function locked(task: StoreTask) {
  return lockedStore(task, 'The keyring of this computer is locked.', 'Log in on the desktop, or unlock it there.');
}

function explain(task: StoreTask, ended: ToolEnd) {
  const { stderr } = ended;
  if (/lock/i.test(stderr) && !/autolaunch/i.test(stderr)) return locked(task);
  if (/D-?Bus|Could not connect|Connection refused|org\.freedesktop\.secrets/i.test(stderr)) {
    return noStore(
      task,
      'no keyring service runs in this session',
      'This is usual over SSH, in containers and in WSL.',
    );
  }
  if (/does not exist at path/i.test(stderr)) {
    return lockedStore(
      task,
      'The keyring of this computer is not set up.',
      'Log in on the desktop once; that creates it.',
    );
  }
  return failedStore(task, TITLE, ended);
}
