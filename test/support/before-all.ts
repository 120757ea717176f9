import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canRun } from './programs.ts';

/** Once before all tests: those that start the program start what users get, from the sources as they are now. */
export function setup(): (() => void) | undefined {
  execFileSync(process.execPath, ['build.js'], { stdio: ['ignore', 'ignore', 'inherit'] });
  return useMemory();
}

/**
 * Temporary folders are in memory where there is room and programs may run: thousands of them are made, and a disk that is asked to
 * keep each would take longer than the tests. What a disk refuses is told by injected errors, here as there.
 */
function useMemory(): (() => void) | undefined {
  if (process.env.TMPDIR !== undefined) return undefined;
  const folder = folderInMemory();
  if (folder === undefined) return undefined;
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

function folderInMemory(): string | undefined {
  let folder: string | undefined;
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < 2 ** 31) return undefined;
    folder = mkdtempSync(join(MEMORY, 'orkeys-tests-'));
    // Some tests start the program as another user.
    chmodSync(folder, 0o755);
    const program = join(folder, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 });
    if (canRun(program)) return folder;
  } catch {
    // No such folder, or not ours to write to.
  }
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  return undefined;
}

const MEMORY = '/dev/shm';
