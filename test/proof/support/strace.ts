import { execFileSync } from 'node:child_process';

/** The command line that lets `calls` go wrong in the program that follows: `signal=KILL:when=3`, `error=EIO:when=2+`. */
export function strace(calls: string, fault: string): string[] {
  return ['strace', '-f', '--seccomp-bpf', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${calls}:${fault}`];
}

/** Why no system call can be made to fail here; undefined where it can. */
export function straceRefusal(): string | undefined {
  if (process.platform !== 'linux') return ' (skipped: no strace on this system)';
  try {
    execFileSync('strace', ['-f', '-o', '/dev/null', '-e', 'trace=fsync', 'true'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return ' (skipped: strace is missing or may not trace)';
  }
}
