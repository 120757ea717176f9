import { execFileSync } from 'node:child_process';

/**
 * The command line that lets `calls` go wrong in the program that follows: `signal=KILL:when=3`, `error=EIO:when=2+`.
 * With --seccomp-bpf it is quicker, but strace 6.1 then sends no signal at any call but the first.
 */
export function strace(calls: string, fault: string): string[] {
  const quick = fault.startsWith('error=') ? ['--seccomp-bpf'] : [];
  return ['strace', '-f', ...quick, '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${calls}:${fault}`];
}

/** The command line that writes the `calls` of the program that follows to a file. */
export function tracing(calls: string, file: string): string[] {
  return ['strace', '-f', '--seccomp-bpf', '-o', file, '-e', `trace=${calls}`];
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
