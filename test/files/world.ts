import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import type { CliError } from '../../src/errors.ts';
import type { LockTools } from '../../src/files/lock.ts';
import type { ProbingTools } from '../../src/files/owner.ts';
import type { FileTools } from '../../src/files/private-file.ts';

/** A folder of its own for one test, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orkeys files & töst '));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestTools extends FileTools, ProbingTools {
  /** ms that were asked for */
  slept: number[];
}

/** Real chance; sleep returns at once and is written down; `whileAsleep` happens in it. */
export function fileTools(
  options: { platform?: NodeJS.Platform; whileAsleep?: (times: number) => void } = {},
): TestTools {
  const slept: number[] = [];
  return {
    slept,
    platform: options.platform ?? process.platform,
    cwd: process.cwd(),
    random: (bytes) => randomBytes(bytes),
    sleep: async (ms) => {
      slept.push(ms);
      options.whileAsleep?.(slept.length);
    },
  };
}

export function lockTools(changes: Partial<LockTools> = {}): LockTools {
  return {
    command: 'provision',
    pid: process.pid,
    hostname: hostname(),
    platform: process.platform,
    now: () => new Date(),
    random: (bytes) => randomBytes(bytes),
    sleep: async () => undefined,
    ...changes,
  };
}

export async function errorOf(promise: Promise<unknown>): Promise<CliError> {
  return promise.then(
    (value) => Promise.reject(new Error(`expected a failure, got ${JSON.stringify(value)}`)),
    (error: CliError) => error,
  );
}

/** A real file system of its own, small enough to be full; undefined where mounting is not allowed. */
export function mountSmallDisk(
  bytes: number,
  kind: 'tmpfs' | 'ro' = 'tmpfs',
  disk = join(temporaryFolder(), 'disk'),
): string | undefined {
  mkdirSync(disk);
  const options = kind === 'ro' ? 'ro' : `size=${bytes}`;
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]).status !== 0) return undefined;
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk]);
  });
  return disk;
}

/** Bundles one source file, so that a real process of its own can import it, by its URL: Windows takes no path there. */
export async function bundled(source: string): Promise<string> {
  const { build } = await import('esbuild');
  const outfile = join(temporaryFolder(), 'bundle.mjs');
  await build({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' });
  return pathToFileURL(outfile).href;
}

/** Runs Node with faults in its system calls; its exit code, or undefined where strace is missing or not allowed. */
export function straceNode(fault: string[], args: string[]): number | null | undefined {
  if (spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status !== 0) return undefined;
  // strace counts a thread's calls, not a process's: one worker thread makes `when=N` mean the N-th call.
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
  return spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', ...fault, process.execPath, ...args], { env }).status;
}
