import { execFileSync } from 'node:child_process';

/** Once before all tests: those that start the program start what users get, from the sources as they are now. */
export function setup(): void {
  execFileSync(process.execPath, ['build.js'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
