import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { refuseLeaks } from './canary.ts';

export const BIN = fileURLToPath(new URL('../../bin/orkeys.js', import.meta.url));

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
export function runNode(args: readonly string[], { cwd, env }: ProgramOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, args, { cwd, env, encoding: 'utf8' }, (_, stdout, stderr) => {
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
