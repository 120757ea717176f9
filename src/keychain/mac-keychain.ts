import { Secret } from '../secret.ts';
import { quoteArgument } from '../shell.ts';
import type { KeyStore, StoreEntry } from './key-store.ts';
import { runTool, type ToolEnd, type ToolOptions } from './run-tool.ts';
import { failedStore, lockedStore, noStore, type StoreTask } from './store-error.ts';

const TITLE = 'the keychain of this computer';
/** Not the first of that name in PATH: it gets secrets. */
const SECURITY = '/usr/bin/security';
/** ms; a window may ask for the password of the keychain */
const PATIENCE = 120_000;

/** Exit codes of `security`: the last byte of what Apple's SecBase.h calls errSec… */
const NOT_FOUND = 44;
const LOCKED = new Set([
  36, // errSecInteractionNotAllowed: no window can be shown, as over SSH
  51, // errSecAuthFailed
  128, // the user cancelled
]);

/**
 * The login keychain of macOS, by `security`. The secret goes into its interactive mode: as an argument it would show in the list of
 * processes, and the prompt of `-w` reads the terminal and not standard input where there is one.
 */
export function createMacKeychain(options: ToolOptions, program = SECURITY): KeyStore {
  const ask = async (task: StoreTask, args: readonly string[], input = ''): Promise<ToolEnd> => {
    const ended = await runTool({ program, args, input, patience: PATIENCE }, options);
    if (ended === undefined) throw noStore(task, `${program} is missing`);
    if (ended.code !== null && LOCKED.has(ended.code)) {
      const hint = 'Over SSH, unlock it first: security unlock-keychain';
      throw lockedStore(task, 'The keychain of this computer is locked, or access was denied.', hint);
    }
    if (ended.code !== 0 && ended.code !== NOT_FOUND) throw failedStore(task, TITLE, ended);
    return ended;
  };

  const read = async ({ account }: StoreEntry, task: StoreTask = 'read'): Promise<Secret | undefined> => {
    const found = await ask(task, ['find-generic-password', '-s', 'orkeys', '-a', account, '-w']);
    return found.code === NOT_FOUND ? undefined : decode(found.stdout);
  };

  const remove = async ({ account }: StoreEntry): Promise<void> => {
    await ask('remove', ['delete-generic-password', '-s', 'orkeys', '-a', account]);
  };

  return {
    id: 'keychain',
    title: TITLE,
    check: async () => void (await ask('check', ['find-generic-password', '-s', 'orkeys', '-a', 'none'])),
    async save(entry, secret) {
      const { account, label } = entry;
      const words = ['add-generic-password', '-U', '-s', 'orkeys', '-a', account, '-l', label, '-w', encode(secret)];
      const saved = await ask('save', ['-i'], `${words.map((word) => quoteArgument(word, 'posix')).join(' ')}\n`);
      const back = await read(entry, 'save');
      if (back?.reveal() === secret.reveal()) return undefined;
      // Its exit code in that mode is that of no single command, so only reading back tells.
      const why =
        back === undefined ? saved.stderr.trim() || 'it was not saved' : 'another secret came back; it was removed';
      if (back !== undefined) await remove(entry);
      throw failedStore('save', TITLE, saved, why);
    },
    read: (entry) => read(entry),
    remove,
  };
}

/** It would print anything but ASCII in hexadecimal, and its lines have at most 4,096 bytes. */
const PREFIX = 'base64:';

function encode(secret: Secret): string {
  return PREFIX + Buffer.from(secret.reveal()).toString('base64');
}

function decode(printed: string): Secret {
  const text = printed.trim();
  return new Secret(text.startsWith(PREFIX) ? Buffer.from(text.slice(PREFIX.length), 'base64').toString() : text);
}
