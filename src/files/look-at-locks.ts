import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCK_FILE } from './lock.ts';
import { judgeNote, type LockNote, type LockWorld, noteAboutMe, parseLockNote } from './lock-note.ts';
import { lookAtProcess } from './process-state.ts';
import { readTextSafely } from './safe-read.ts';

export interface FoundLock {
  path: string;
  /** undefined when its file is torn */
  note: LockNote | undefined;
  /** `elsewhere`: on another machine, where nobody here can look */
  verdict: 'live' | 'ended' | 'elsewhere' | 'torn';
}

/** The locks in a folder, without taking or removing any. A folder that cannot be read has none. */
export async function lookAtLocks(folder: string, world: LockWorld): Promise<FoundLock[]> {
  const names = await readdir(folder).catch(() => []);
  const paths = names.filter((name) => LOCK_FILE.test(name)).map((name) => join(folder, name));
  if (paths.length === 0) return [];
  const mine = await noteAboutMe(world);
  const found = await Promise.all(
    paths.map(async (path): Promise<FoundLock[]> => {
      const text = await readTextSafely(path).catch(() => 'unreadable');
      // Its writer has just ended.
      if (text === undefined) return [];
      const note = parseLockNote(text);
      if (!note) return [{ path, note, verdict: 'torn' }];
      return [{ path, note, verdict: judgeNote(note, mine, await lookAtProcess(note.pid, world.platform)) }];
    }),
  );
  return found.flat();
}
