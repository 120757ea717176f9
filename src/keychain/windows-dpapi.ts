import { Secret } from '../secret.ts';
import { windowsProgram } from '../windows-program.ts';
import type { KeyStore } from './key-store.ts';
import { runTool, type ToolOptions } from './run-tool.ts';
import { failedStore, lockedStore, noStore, type StoreTask } from './store-error.ts';

const TITLE = 'the data protection of Windows';
/** ms; PowerShell needs up to a second, and longer when a virus scanner looks at it */
const PATIENCE = 60_000;

/**
 * The data protection of Windows (DPAPI) for the current user, by Windows PowerShell. It keeps nothing: what it encrypts is kept beside.
 * The script is always the same and gets the secret on standard input, because scripts and arguments show in event logs.
 */
export function createWindowsDpapi(options: ToolOptions): KeyStore {
  const program = windowsProgram('System32\\WindowsPowerShell\\v1.0\\powershell.exe', options.env);

  const transform = async (task: StoreTask, how: 'Protect' | 'Unprotect', base64: string): Promise<string> => {
    const args = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', scriptFor(how)];
    const ended = await runTool({ program, args, input: `${base64}\n`, patience: PATIENCE }, options);
    if (ended === undefined) throw noStore(task, 'Windows PowerShell is missing');
    const answer = ended.stdout.trim();
    if (ended.code === 0 && /^[A-Za-z0-9+/]+=*$/.test(answer)) return answer;
    if (ended.code === LOCKED) {
      throw lockedStore(
        task,
        'Windows cannot use the data protection of this user here.',
        'This is usual over SSH with a public key, and after an administrator reset the password.',
      );
    }
    throw failedStore(task, TITLE, ended);
  };

  const read = async (task: StoreTask, sealed: string) =>
    new Secret(Buffer.from(await transform(task, 'Unprotect', sealed), 'base64').toString());

  return {
    id: 'dpapi',
    title: TITLE,
    // It would start PowerShell once more; `save` finds out soon enough.
    check: async () => undefined,
    async save(_, secret) {
      const sealed = await transform('save', 'Protect', Buffer.from(secret.reveal()).toString('base64'));
      if ((await read('save', sealed)).reveal() === secret.reveal()) return sealed;
      throw failedStore('save', TITLE, undefined, 'another secret came back than was encrypted');
    },
    read: async ({ sealed }) => (sealed === undefined ? undefined : read('read', sealed)),
    // What is kept beside goes with it.
    remove: async () => undefined,
  };
}

/** How the script ends when the keys of the user are not to be had. */
const LOCKED = 3;

/**
 * Without double quotes, which would need escapes. `$input` is what PowerShell itself read of standard input; what it left is read after
 * that.
 */
function scriptFor(how: 'Protect' | 'Unprotect'): string {
  return [
    "$ErrorActionPreference = 'Stop'",
    "$text = @($input) -join ''",
    "if ($text -eq '') { $text = [Console]::In.ReadToEnd() }",
    'Add-Type -AssemblyName System.Security',
    `try { $bytes = [Security.Cryptography.ProtectedData]::${how}([Convert]::FromBase64String($text.Trim()), $null, 'CurrentUser') } ` +
      `catch [Security.Cryptography.CryptographicException] { exit ${LOCKED} }`,
    '[Console]::Out.Write([Convert]::ToBase64String($bytes))',
  ].join('; ');
}
