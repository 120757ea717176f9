import type { Redactor } from './secret.ts';

/** Where text goes. `write` never throws for a reader that went away (`| head`). */
export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  /** width in terminal cells; 80 where unknown */
  readonly columns: number;
}

/** Where answers come from. */
export interface Input {
  readonly isTTY: boolean;
  /** One line without its line break; undefined at the end of input or when interrupted. Throws CliError for one of more than 1 MB. */
  readLine(signal: AbortSignal): Promise<string | undefined>;
  /**
   * One line from a terminal that shows nothing of it, with Ctrl-C as everywhere; undefined at the end of input or when interrupted.
   * `ask` is called once nothing is shown any more.
   */
  readHidden(signal: AbortSignal, ask: () => void): Promise<string | undefined>;
  /** All of standard input, for `-` as a file name; no more than a piece beyond `enough` bytes. Undefined when interrupted. */
  readAll(bounds: { enough: number; signal: AbortSignal }): Promise<Uint8Array | undefined>;
}

/** Ctrl-C, SIGTERM, SIGHUP: the first asks to stop after what is in flight, the second stops at once. */
export interface Interrupts {
  /** aborted by the first signal: start nothing new */
  readonly stop: AbortSignal;
  /** aborted by the second signal: drop what is in flight */
  readonly stopNow: AbortSignal;
  /** While `work` waits for an answer, nothing is in progress, so the first signal announces nothing. */
  atPrompt<T>(work: () => Promise<T>): Promise<T>;
}

/** All that a command may reach of the world outside. Wired by hand, once, in main; tests wire their own. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** absolute path */
  readonly cwd: string;
  /** the user's home folder, absolute: the last resort for a secret */
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** of this process */
  readonly pid: number;
  readonly hostname: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** where questions are asked: the terminal itself, even if standard error goes elsewhere; not a terminal = nobody can answer */
  readonly prompt: Output;
  readonly interrupts: Interrupts;
  /** --wait: how long to wait for another run that uses the same workshop, in ms; absent = not at all */
  readonly patienceMs?: number;
  /** --quiet or --json: notes are left out */
  readonly isQuiet?: boolean;
  /** knows the secrets of this run, for whatever is shown */
  readonly redactor: Redactor;
  now(): Date;
  /** cryptographically random bytes */
  random(bytes: number): Uint8Array;
  /** Resolves after `ms`, or early when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
