import { open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError, EXIT } from '../errors.ts';
import { writeAll } from './durable.ts';
import { judgeNote, type LockNote, type LockWorld, noteAboutMe, parseLockNote } from './lock-note.ts';
import { lookAtProcess } from './process-state.ts';
import { readTextSafely } from './safe-read.ts';
import { saveError } from './save-error.ts';
import { renamePatiently, unlinkPatiently } from './while-held.ts';

export interface LockTools extends LockWorld {
  /** what of the folder it protects, a word; absent = all of it. Locks with different names do not exclude each other */
  lockName?: string | undefined;
  random(bytes: number): Uint8Array;
  sleep(ms: number): Promise<void>;
}

export interface Lock {
  /** Gives the folder free; more than once is harmless. */
  release(): Promise<void>;
}

interface Rival {
  path: string;
  /** undefined when its file is torn */
  note: LockNote | undefined;
  verdict: 'live' | 'elsewhere';
}

/** The name of a lock file: what it protects, and the pid. */
export const LOCK_FILE = /^\.lock(?:-([a-z]+))?\.(\d+)\.[0-9a-f]{16}(\.tmp)?$/;
const ATTEMPTS = 4;
/** ms; who announced itself this short a time ago may be backing off just now */
const JUST_ANNOUNCED = 3000;
/** ms; a lock file is put in place whole, so a torn one of this age is what a power cut left */
const TORN_IS_STALE = 600_000;

/**
 * Lets one process at a time work in a folder: announce, then look. Each process puts a file of its own in place, then lists
 * all; of two that overlap at least one sees the other and backs off. Names are unique, so removing the file of a
 * process that has ended can never hit a new holder's. Throws CliError `locked` (exit 7) that says who holds it.
 */
export async function acquireLock(folder: string, tools: LockTools): Promise<Lock> {
  for (let attempt = 1; ; attempt++) {
    const mine = await noteAboutMe(tools);
    const path = await announce(folder, mine, tools);
    let rivals: Rival[];
    try {
      rivals = await findRivals(folder, path, mine, tools);
    } catch (error) {
      await withdraw(path, tools);
      throw saveError(error, folder);
    }
    if (rivals.length === 0) return { release: () => withdraw(path, tools) };
    await withdraw(path, tools);
    const [first] = rivals;
    if (first !== undefined && (attempt === ATTEMPTS || !rivals.every((rival) => isFresh(rival, tools.now())))) {
      throw lockedError(folder, first);
    }
    await tools.sleep(randomDelay(attempt, tools));
  }
}

async function announce(folder: string, note: LockNote, tools: LockTools): Promise<string> {
  const kind = tools.lockName === undefined ? '.lock' : `.lock-${tools.lockName}`;
  const path = join(folder, `${kind}.${note.pid}.${Buffer.from(tools.random(8)).toString('hex')}`);
  const temporary = `${path}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await writeAll(handle, Buffer.from(`${JSON.stringify(note)}\n`), 0);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renamePatiently(temporary, path, tools);
    return path;
  } catch (error) {
    await unlinkPatiently(temporary, tools).catch(() => undefined);
    throw saveError(error, path);
  }
}

/** A lock that stays, because another program holds its file, is cleared away by the next run: its process has ended. */
async function withdraw(path: string, tools: LockTools): Promise<void> {
  await unlinkPatiently(path, tools).catch(() => undefined);
}

/** All others that hold the folder or may hold it; files of processes that have ended are removed on the way. */
async function findRivals(folder: string, own: string, mine: LockNote, tools: LockTools): Promise<Rival[]> {
  const rivals: Rival[] = [];
  for (const name of await readdir(folder)) {
    const [, lockName, pidInName, unfinished] = LOCK_FILE.exec(name) ?? [];
    const path = join(folder, name);
    if (pidInName === undefined || lockName !== tools.lockName || path === own) continue;
    if (unfinished !== undefined) {
      await removeIfOld(path, tools);
      continue;
    }
    const text = await readRival(path);
    if (text === undefined) continue;
    const note = parseLockNote(text);
    const verdict =
      note === undefined
        ? await judgeTorn(path, Number(pidInName), tools)
        : judgeNote(note, mine, await lookAtProcess(note.pid, tools.platform));
    if (verdict === 'ended') await unlink(path).catch(() => undefined);
    else rivals.push({ path, note, verdict });
  }
  return rivals;
}

/** Undefined when it has just gone. Windows answers EPERM or EBUSY for a file that is being removed. */
async function readRival(path: string): Promise<string | undefined> {
  try {
    return await readTextSafely(path);
  } catch (error) {
    if (error instanceof CliError) return '';
    throw error;
  }
}

async function judgeTorn(path: string, pid: number, tools: LockTools): Promise<'live' | 'ended'> {
  if (!(await lookAtProcess(pid, tools.platform)).alive) return 'ended';
  return (await isOld(path, tools)) ? 'ended' : 'live';
}

/** What a process left that was killed while announcing itself: it never held the lock. */
async function removeIfOld(path: string, tools: LockTools): Promise<void> {
  if (await isOld(path, tools)) await unlink(path).catch(() => undefined);
}

/** A file that is gone counts as old. */
async function isOld(path: string, tools: LockTools): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined || tools.now().getTime() - found.mtimeMs > TORN_IS_STALE;
}

function isFresh(rival: Rival, now: Date): boolean {
  if (rival.note === undefined || rival.verdict === 'elsewhere') return false;
  return Math.abs(now.getTime() - Date.parse(rival.note.started_at)) < JUST_ANNOUNCED;
}

function randomDelay(attempt: number, tools: LockTools): number {
  const [high = 0, low = 0] = tools.random(2);
  return 20 + ((high * 256 + low) % (100 * 2 ** attempt));
}

function lockedError(folder: string, { note, path, verdict }: Rival): CliError {
  const where = verdict === 'elsewhere' ? ` on ${note?.host || 'another computer'}` : '';
  const message =
    note === undefined
      ? `${folder} is in use by a process with the unreadable lock file ${path}.`
      : `Another orkeys process (pid ${note.pid}, ${note.command || 'orkeys'})${where} has been using ${folder} since ${note.started_at.slice(0, 16).replace('T', ' ')} UTC.`;
  const hint =
    verdict === 'elsewhere' || note === undefined
      ? `orkeys cannot check this from here. If you are sure that orkeys is not running there, delete ${path}.`
      : `Wait for it to finish, then run the same command again. If process ${note.pid} is another program, delete ${path}.`;
  return new CliError('locked', EXIT.LOCKED, message, { hint });
}
