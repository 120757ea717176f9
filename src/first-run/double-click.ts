import { basename, dirname, resolve, win32 } from 'node:path';
import type { Context } from '../context.ts';
import type { ExitCode } from '../errors.ts';
import { isSpreadsheetName } from '../roster-file/spreadsheets.ts';
import { quoteArgument } from '../shell.ts';
import { askLine, canAsk } from '../terminal/confirm.ts';
import { wrapLines } from '../terminal/wrap.ts';

/** What a process can know of how it was started. */
export interface Launch {
  platform: NodeJS.Platform;
  /** whether this is the single executable, and not a script that Node runs */
  isExecutable: boolean;
  execPath: string;
  /** of the console's window */
  title: string;
  env: Context['env'];
  args: readonly string[];
}

/**
 * Whether Explorer started the program, by a double click or a file dropped on it, so that the window closes with it. Windows tells native
 * programs only (GetConsoleProcessList), so this is a guess. When it is wrong, the window closes early, or a question more is asked.
 */
export function openedByDoubleClick({ platform, isExecutable, execPath, title, env, args }: Launch): boolean {
  if (platform !== 'win32' || !isExecutable || args.length > 1) return false;
  // Explorer names the window after the program or its shortcut; shells name it after themselves.
  if (title.toLowerCase() === execPath.toLowerCase() || /\.lnk$/i.test(title)) return true;
  return !SHELL_VARIABLES.some((name) => env[name]) && !hasUsersModules(env);
}

/** cmd sets PROMPT for what it starts; Git Bash, MSYS and Cygwin the next three, Nushell and xonsh theirs, and tabs of Windows Terminal and editors theirs. */
const SHELL_VARIABLES = [
  ...['PROMPT', 'SHELL', 'MSYSTEM', 'TERM', 'NU_VERSION', 'XONSHRC', 'WT_SESSION', 'TERM_PROGRAM', 'SSH_CONNECTION'],
  ...['npm_lifecycle_event', 'CI'],
];

/** PowerShell adds the modules of its user to those of Windows, which everybody has. */
function hasUsersModules(env: Context['env']): boolean {
  const folders = env.PSModulePath?.split(';').filter(Boolean) ?? [];
  return folders.some((folder) => !/^[a-z]:\\(?:Program Files(?: \(x86\))?|Windows)\\/i.test(folder));
}

/**
 * Runs the guide for a double click, and the file that was dropped in its own folder: there Windows says the home folder.
 * The window stays until somebody has read it; after Ctrl-C nobody wants to.
 */
export async function runOpened(
  launch: Launch,
  ctx: Context,
  run: (args: readonly string[], ctx: Context) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { args } = launch;
  if (!canAsk(ctx) || !openedByDoubleClick(launch)) return run(args, ctx);
  const [dropped] = args;
  const file = dropped !== undefined && isSpreadsheetName(basename(dropped)) ? resolve(ctx.cwd, dropped) : undefined;
  const cwd = file === undefined ? ctx.cwd : dirname(file);
  const code = await run(file === undefined ? args.concat(dropped === undefined ? 'start' : []) : [basename(file)], {
    ...ctx,
    cwd,
  });
  ctx.prompt.write(wrapLines(howToType(launch, cwd), ctx.prompt));
  await askLine('\nPress Enter to close this window. ', ctx);
  return code;
}

/** How to start what the screen says to type: no shell finds a program in a folder that is not in the Path. Empty when it would. */
function howToType({ env, execPath }: Launch, cwd: string): string {
  const folder = win32.dirname(execPath);
  const isHere = (other: string) => win32.relative(other, folder) === '';
  const searched = (env.Path ?? env.PATH)?.split(';').filter(Boolean) ?? [];
  if (searched.some(isHere)) return '';
  const quoted = quoteArgument(execPath, 'powershell');
  const command = isHere(cwd) ? '.\\orkeys' : quoted === execPath ? execPath : `& ${quoted}`;
  return `\nTo type a command yourself, open PowerShell in ${cwd}, and write ${command} in place of orkeys.\n`;
}
