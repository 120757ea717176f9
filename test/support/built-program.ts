import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMAND, EXECUTABLE } from './program.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

export interface BuiltProgram {
  /** absolute path of `orkeys.js`; of the single executable where that is tested */
  bin: string;
  /** starts it: a program and its first arguments, all absolute paths */
  command: readonly string[];
  remove(): void;
}

/** What users install, as the setup of the tests built it from today's source; a copy, so that nothing is read of the checkout. */
export function buildProgram(): BuiltProgram {
  if (EXECUTABLE !== undefined) return { bin: EXECUTABLE, command: COMMAND, remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'orkeys-built-'));
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(join(REPOSITORY, part), join(folder, part), { recursive: true });
  }
  const bin = join(folder, 'bin', 'orkeys.js');
  return { bin, command: [process.execPath, bin], remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The words that start it, for a POSIX shell. */
export const inShell = ({ command }: BuiltProgram): string => command.map((word) => `'${word}'`).join(' ');

export interface RunningBuilt {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves when the process is gone and its output is complete. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface BuiltOptions {
  cwd: string;
  env: Record<string, string>;
  /** a program and its arguments that run Node instead of us: `strace`, `prlimit` */
  under?: readonly string[];
  nodeArgs?: readonly string[];
}

/** Starts the built program as a process of its own, with nothing of our environment but PATH. */
export function startBuilt(program: BuiltProgram, args: readonly string[], options: BuiltOptions): RunningBuilt {
  const { cwd, under = [], nodeArgs = [] } = options;
  if (nodeArgs.length > 0 && EXECUTABLE !== undefined)
    throw new Error('The single executable takes no options of Node.');
  const [first = '', ...others] = program.command;
  const [command = '', ...rest] = [...under, first, ...nodeArgs, ...others, ...args];
  const child = spawn(command, rest, { cwd, env: { PATH: process.env.PATH, ...options.env } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}
