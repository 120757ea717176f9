/** The program that reads what is pasted. */
export type Shell = 'posix' | 'powershell' | 'cmd';

/** One argument, so that the shell hands over exactly these characters. */
export function quoteArgument(arg: string, shell: Shell = shellOf(process)): string {
  if (BARE[shell].test(arg)) return arg;
  return QUOTES[shell](arg);
}

/** Only cmd sets PROMPT; PowerShell is what Windows Terminal opens. */
export function shellOf({
  platform,
  env,
}: {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
}): Shell {
  if (platform !== 'win32') return 'posix';
  return env.PROMPT === undefined ? 'powershell' : 'cmd';
}

/** Words that mean themselves. PowerShell takes `,` for a list and a leading `@` for a table; zsh looks up a leading `=`. */
const BARE: Record<Shell, RegExp> = {
  posix: /^[\p{L}\p{N}_./:+-][\p{L}\p{N}_.@%+=:,/-]*$/u,
  powershell: /^[\p{L}\p{N}_./\\:+-][\p{L}\p{N}_.@+=:/\\-]*$/u,
  cmd: /^[\p{L}\p{N}_./\\:+-][\p{L}\p{N}_.@+:/\\-]*$/u,
};

const QUOTES: Record<Shell, (text: string) => string> = {
  posix: (text) => `'${text.replaceAll("'", "'\\''")}'`,
  // PowerShell takes four typographic quotes for a single quote as well.
  powershell: (text) => `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`,
  cmd: quoteForCmd,
};

/** As programs take arguments apart on Windows; and where cmd would expand a variable within quotes, `^` holds every sign. */
function quoteForCmd(text: string): string {
  const quoted = `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
  return /["%!]/.test(text) ? quoted.replace(/[()%!^"<>&|]/g, '^$&') : quoted;
}
