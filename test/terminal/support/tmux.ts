import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why there can be no real terminal here; undefined when there can. */
export function whyNoTmux(): string | undefined {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'tmux is not installed';
  }
}

/** A real terminal: a tmux server of its own, with one window. */
export interface Terminal {
  type(...keys: string[]): Promise<void>;
  /** Pastes a text as it is, line breaks included. */
  paste(text: string): Promise<void>;
  /** Resolves when a program in the window says so: `tmux wait-for -S <channel>`; also when it said so before. */
  heard(channel: string): Promise<void>;
  /** what the window shows, without empty lines at the end */
  screen(): Promise<string>;
  /** the same, with the escape codes of its colors */
  styledScreen(): Promise<string>;
  /** Resolves with the screen as soon as it shows the text. */
  shows(text: string): Promise<string>;
  /** Makes the window another width. */
  resize(columns: number): Promise<void>;
  /** a tmux format, such as `#{cursor_flag}` */
  ask(format: string): Promise<string>;
  close(): Promise<void>;
}

/** Opens one; `socket` is the path of a file to be made, which stays behind. */
export async function openTerminal(socket: string, columns: number, shellCommand: string): Promise<Terminal> {
  const tmux = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('tmux', ['-S', socket, '-f', '/dev/null', '-u', ...args], { timeout: 30_000 });
    return stdout;
  };
  await tmux('new-session', '-d', '-x', String(columns), '-y', '24', shellCommand);
  const screen = async () => (await tmux('capture-pane', '-p')).trimEnd();
  const shows = async (text: string): Promise<string> => {
    const deadline = performance.now() + 30_000;
    let seen = await screen();
    while (!seen.includes(text)) {
      if (performance.now() > deadline) throw new Error(`The screen does not show ${text}:\n${seen}`);
      seen = await screen();
    }
    return seen;
  };
  return {
    shows,
    styledScreen: () => tmux('capture-pane', '-p', '-e'),
    resize: async (columns) => void (await tmux('resize-window', '-x', String(columns))),
    type: async (...keys) => void (await tmux('send-keys', ...keys)),
    paste: async (text) => {
      await tmux('set-buffer', text);
      await tmux('paste-buffer', '-r');
    },
    heard: async (channel) => void (await tmux('wait-for', channel)),
    screen,
    ask: async (format) => (await tmux('display-message', '-p', format)).trim(),
    close: async () => void (await tmux('kill-server').catch(() => undefined)),
  };
}
