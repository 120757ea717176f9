import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Context, Output } from '../../src/context.ts';
import { Redactor } from '../../src/secret.ts';

export interface TestOutput extends Output {
  text(): string;
}

export interface TestContext extends Context {
  stdout: TestOutput;
  stderr: TestOutput;
  /** what Ctrl-C does, once and twice */
  interrupt(): void;
  /** every wait that was asked for, in ms */
  slept: number[];
}

export interface ContextOptions {
  cwd: string;
  env?: Record<string, string | undefined>;
  home?: string;
  /** typed answers, or CTRL_C: then standard input and error are a terminal */
  answers?: string[];
  columns?: number;
  now?: () => Date;
  random?: (bytes: number) => Uint8Array;
  stdin?: Uint8Array;
  platform?: NodeJS.Platform;
}

/** An answer that is none: the interrupt key. */
export const CTRL_C = '\u0003';

/** A world for a command that runs in this process: real files and sockets; time that is waited for passes at once. */
export function createTestContext(options: ContextOptions): TestContext {
  const { cwd, answers, columns = 100 } = options;
  const isTTY = answers !== undefined;
  const stop = new AbortController();
  const stopNow = new AbortController();
  const slept: number[] = [];
  let waited = 0;
  const typed = [...(answers ?? [])];
  const piped = options.stdin === undefined ? [] : new TextDecoder().decode(options.stdin).split(/\r?\n/);
  const stderr = createTestOutput(isTTY, columns);
  const interrupt = () => {
    if (stop.signal.aborted) stopNow.abort();
    stop.abort();
  };
  return {
    env: options.env ?? {},
    cwd,
    home: options.home ?? cwd,
    platform: options.platform ?? process.platform,
    pid: process.pid,
    hostname: hostname(),
    stdin: {
      isTTY,
      readLine: async () => {
        if (!isTTY) return piped.shift();
        const answer = typed.shift();
        if (answer !== CTRL_C) return answer;
        interrupt();
        return undefined;
      },
      async readHidden(signal, ask) {
        ask();
        return this.readLine(signal);
      },
      readAll: async () => options.stdin ?? new Uint8Array(),
    },
    stdout: createTestOutput(isTTY, columns),
    stderr,
    prompt: stderr,
    redactor: new Redactor(),
    interrupts: { stop: stop.signal, stopNow: stopNow.signal, atPrompt: (work) => work() },
    interrupt,
    slept,
    now: options.now ?? (() => new Date(Date.now() + waited)),
    random: options.random ?? ((bytes) => randomBytes(bytes)),
    sleep: async (ms, signal) => {
      slept.push(ms);
      waited += ms;
      if (!signal?.aborted) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

function createTestOutput(isTTY: boolean, columns: number): TestOutput {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  return { isTTY, columns, write, text: () => written };
}
