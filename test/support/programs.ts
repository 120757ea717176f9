import { spawnSync } from 'node:child_process';

/** Whether a program is here and starts. */
export function canRun(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
