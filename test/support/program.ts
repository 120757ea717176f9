import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { refuseLeaks } from './canary.ts';

export const BIN = fileURLToPath(new URL('../../bin/orkeys.js', import.meta.url));

/** The single executable, where the tests run it in place of bin/orkeys.js (vitest.program.config.ts): an absolute path. */
export const EXECUTABLE = process.env.ORKEYS_EXECUTABLE;

/** Starts the program: a program and its first arguments. */
export const COMMAND: readonly string[] = EXECUTABLE === undefined ? [process.execPath, BIN] : [EXECUTABLE];

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface ProgramOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** Runs a Node program in a process of its own to its end. Fails when it shows a key. */
export function runNode(args: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  return runToItsEnd([process.execPath, ...args], options);
}

/** Runs a program in a process of its own to its end. Fails when it shows a key. */
export function runToItsEnd(command: readonly string[], { cwd, env }: ProgramOptions = {}): Promise<Ended> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { cwd, env, encoding: 'utf8' }, (_, stdout, stderr) => {
      try {
        refuseLeaks(args, { stdout, stderr });
        resolve({ code: child.exitCode, stdout, stderr });
      } catch (error) {
        reject(error);
      }
    });
    child.stdin?.end();
  });
}

/** A command for `runInOneProcess`. */
export interface Job {
  args: readonly string[];
  cwd: string;
  env?: Record<string, string>;
}

export interface JobEnded {
  code: number;
  /** requests until the program had said all, and after that */
  asked: number;
  askedLate: number;
  /** how long something kept Node from ending after that; and what still did after 3 s */
  lingeredMs: number;
  kept: string[];
}

/** The built program, run to its end again and again in one process of its own, which costs less than one for each. */
export async function runInOneProcess(
  jobs: readonly Job[],
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<JobEnded[]> {
  const [list, results] = [join(folder, 'jobs.json'), join(folder, 'results.json')];
  writeFileSync(list, JSON.stringify(jobs));
  const { code, stderr } = await runNode([ONE_PROCESS, MAIN, list, results], { env });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(readFileSync(results, 'utf8'));
}

const ONE_PROCESS = fileURLToPath(new URL('one-process.js', import.meta.url));
const MAIN = new URL('../../dist/main.js', import.meta.url).href;
