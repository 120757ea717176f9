import { spawn } from 'node:child_process';
import { DESKTOP, harmlessEnvironment } from '../child-environment.ts';
import { usageError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { windowsProgram } from '../windows-program.ts';

export interface ClipboardOptions {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
}

/** Copies a secret with the clipboard program of the platform, which gets it on standard input. Throws `no_clipboard`. */
export async function copyToClipboard(secret: Secret, options: ClipboardOptions): Promise<void> {
  const programs = programsOf(options);
  let failed: string | undefined;
  for (const [program, ...args] of programs) {
    const ended = await runWith(secret.reveal(), program, args, options);
    if (ended === 'copied') return;
    if (ended !== 'not there') failed ??= `${program} ${ended}`;
  }
  const names = programs.map(([program]) => program).join(', ');
  throw usageError('no_clipboard', `Cannot copy the secret: ${failed ?? `no clipboard program (${names})`}.`, {
    hint:
      programs.length > 1
        ? 'Install wl-clipboard, xclip or xsel, or show the secret with --reveal.'
        : 'Show the secret with --reveal instead.',
  });
}

type Program = readonly [name: string, ...args: string[]];

/** In the order in which they are tried. In WSL, the clipboard is that of Windows. */
function programsOf({ platform, env }: ClipboardOptions): Program[] {
  if (platform === 'win32') return [[windowsProgram('System32\\clip.exe', env)]];
  if (platform === 'darwin') return [['pbcopy']];
  const wayland: Program[] = [['wl-copy', '--trim-newline']];
  const x11: Program[] = [
    ['xclip', '-selection', 'clipboard'],
    ['xsel', '--clipboard', '--input'],
  ];
  const own = env.WAYLAND_DISPLAY === undefined ? [...x11, ...wayland] : [...wayland, ...x11];
  return env.WSL_DISTRO_NAME === undefined ? own : [['clip.exe'], ...own];
}

/** A program that waits for a display that is not there would wait forever. */
const MOST_MS = 5_000;

/** `copied`, `not there`, or why it failed. xclip and wl-copy stay in the background, so their end is that of the first process. */
function runWith(text: string, program: string, args: readonly string[], { env }: ClipboardOptions): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: harmlessEnvironment(env, ALSO),
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: MOST_MS,
      windowsHide: true,
    });
    child.on('error', (error) => resolve('code' in error && error.code === 'ENOENT' ? 'not there' : error.message));
    child.on('exit', (code) => {
      if (code === 0) resolve('copied');
      else resolve(code === null ? 'did not end in time' : `ended with exit code ${code}`);
    });
    // A program that is not there, or that ends without reading, closes its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(text);
  });
}

/** In WSL, how to reach Windows. */
const ALSO = [...DESKTOP, 'LANG', 'LC_ALL', 'LC_CTYPE', 'WSL_DISTRO_NAME', 'WSL_INTEROP'];
