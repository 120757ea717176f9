import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { acquireLock } from '../../src/files/lock.ts';
import { judgeNote, type LockNote } from '../../src/files/lock-note.ts';
import type { ProcessState } from '../../src/files/process-state.ts';
import { bundled, errorOf, lockTools, temporaryFolder } from './world.ts';

const locksIn = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('.lock.'));

async function ownNote(folder: string): Promise<Record<string, unknown>> {
  const lock = await acquireLock(folder, lockTools());
  const note = JSON.parse(readFileSync(join(folder, String(locksIn(folder)[0])), 'utf8'));
  await lock.release();
  return note;
}

function putLock(folder: string, content: string | Record<string, unknown>, pid: number): string {
  const path = join(folder, `.lock.${pid}.00000000000000ff`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** A pid that no process has: beyond what Linux, macOS and Windows give out. */
const DEAD = 2 ** 30 + 3;

describe('a lock', () => {
  test('keeps others out while held, says who holds it, and lets them in after', async () => {
    const folder = temporaryFolder();
    const now = () => new Date('2026-03-04T05:06:07Z');
    const lock = await acquireLock(folder, lockTools({ now }));
    const error = await errorOf(acquireLock(folder, lockTools({ now, command: 'rotate' })));
    expect(error).toMatchObject({
      code: 'locked',
      exitCode: 7,
      hint: expect.stringContaining('Wait for it to finish'),
    });
    expect(error.message).toContain(
      `(pid ${process.pid}, provision) has been using ${folder} since 2026-03-04 05:06 UTC`,
    );
    await lock.release();
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
    await (await acquireLock(folder, lockTools())).release();
  });

  test('tries again when the other may be backing off just now', async () => {
    const folder = temporaryFolder();
    const first = await acquireLock(folder, lockTools());
    const slept: number[] = [];
    const second = await acquireLock(
      folder,
      lockTools({
        sleep: async (ms) => {
          slept.push(ms);
          if (slept.length === 2) await first.release();
        },
      }),
    );
    expect(slept).toHaveLength(2);
    await second.release();
  });

  test('in a folder that is gone is an error for the user', async () => {
    const folder = join(temporaryFolder(), 'gone');
    expect(await errorOf(acquireLock(folder, lockTools()))).toMatchObject({ code: 'output_vanished', exitCode: 6 });
  });
});

type Case = [string, 'taken over' | 'respected', Record<string, unknown>];

function onLinux(...cases: Case[]): Case[] {
  return process.platform === 'linux' ? cases : [];
}

describe('a lock file that was left behind', () => {
  test.each<Case>([
    ['of a process that has ended', 'taken over', { pid: DEAD }],
    // Only Linux tells when a process started, and which machine, boot and container it is on.
    ...onLinux(['of a pid that another process has now', 'taken over', { process_start: '1' }]),
    ['of this very process', 'respected', {}],
    ['of another host', 'respected', { host: 'other.example.org', machine: 'other', boot: 'another', pid: DEAD }],
    ...onLinux(
      ['of another machine with the same name', 'respected', { machine: 'other', boot: 'another', pid: DEAD }],
      ['of another container', 'respected', { pid_space: 'pid:[1]', pid: DEAD }],
      ['of a machine renamed since', 'taken over', { host: 'old-name', pid: DEAD }],
    ),
  ])('%s is %s', async (_, verdict, changes) => {
    const folder = temporaryFolder();
    const note: Record<string, unknown> = {
      ...(await ownNote(folder)),
      // After the computer was started: on Windows an older lock is known to be left behind.
      started_at: new Date(Date.now() - 60_000).toISOString(),
      ...changes,
    };
    const path = putLock(folder, note, Number(note.pid ?? process.pid));
    if (verdict === 'taken over') {
      const lock = await acquireLock(folder, lockTools());
      expect(existsSync(path)).toBe(false);
      await lock.release();
      expect(locksIn(folder)).toEqual([]);
    } else {
      const error = await errorOf(acquireLock(folder, lockTools()));
      expect(error).toMatchObject({ code: 'locked', exitCode: 7 });
      if (Object.keys(changes).length > 0) expect(error.hint).toContain(`delete ${path}`);
      expect(locksIn(folder)).toEqual([`.lock.${Number(note.pid)}.00000000000000ff`]);
    }
  });

  test.each([
    ['empty', ''],
    ['cut', '{"pid":12'],
    ['of another shape', '[1]'],
    ['with a wrong pid', '{"pid":-1}'],
  ])('%s counts by the pid in its name and its age', async (_, content) => {
    const folder = temporaryFolder();
    putLock(folder, content, DEAD);
    await (await acquireLock(folder, lockTools())).release();
    expect(locksIn(folder)).toEqual([]);

    const path = putLock(folder, content, process.pid);
    const error = await errorOf(acquireLock(folder, lockTools()));
    expect(error).toMatchObject({ code: 'locked', hint: expect.stringContaining(path) });
    utimesSync(path, new Date(), new Date(Date.now() - 3_600_000));
    await (await acquireLock(folder, lockTools())).release();
    expect(locksIn(folder)).toEqual([]);
  });

  test('before it was in place holds nothing, and goes when it is old', async () => {
    const folder = temporaryFolder();
    const path = `${putLock(folder, '{"pid":', process.pid)}.tmp`;
    renameSync(path.slice(0, -4), path);
    await (await acquireLock(folder, lockTools())).release();
    expect(locksIn(folder)).toHaveLength(1);
    await (await acquireLock(folder, lockTools({ now: () => new Date(Date.now() + 3_600_000) }))).release();
    expect(locksIn(folder)).toEqual([]);
  });

  test('is never confused with other files', async () => {
    const folder = temporaryFolder();
    for (const name of ['.lock', '.lock.12', '.lock.notes.txt', 'x.lock.12.00000000000000ff']) {
      writeFileSync(join(folder, name), '');
    }
    await (await acquireLock(folder, lockTools())).release();
    expect(readdirSync(folder)).toHaveLength(4);
  });
});

describe('the writer of a lock note', () => {
  const mine: LockNote = {
    pid: 7,
    command: 'provision',
    started_at: '2026-01-01T00:00:00.000Z',
    host: 'here',
    machine: 'm1',
    boot: 'b1',
    pid_space: 'p1',
    process_start: '100',
  };
  const alive = { alive: true, start: '100' };

  /** of Windows: nothing but the pid is known */
  const bare = { machine: '', boot: '', pid_space: '', process_start: '' };
  const up = (hours: number) => ({ alive: true, uptimeMs: hours * 3_600_000 });
  const yesterday = { ...bare, started_at: '2025-12-31T00:00:00.000Z' };

  test.each<[string, 'live' | 'ended' | 'elsewhere', Partial<LockNote>, ProcessState]>([
    ['began before this computer was started', 'ended', yesterday, up(23)],
    ['began after this computer was started', 'live', yesterday, up(25)],
    ['began before another computer was started', 'elsewhere', { ...yesterday, host: 'there' }, up(23)],
    ['began at an unknown time', 'live', { ...bare, started_at: '' }, up(23)],
    ['runs', 'live', {}, alive],
    ['has ended', 'ended', {}, { alive: false }],
    ['gave its pid to another', 'ended', { process_start: '99' }, alive],
    ['did not know its start', 'live', { process_start: '' }, alive],
    ['cannot be asked for its start', 'live', {}, { alive: true }],
    ['ran before a boot', 'ended', { boot: 'b0' }, alive],
    ['ran before a boot in another container', 'ended', { boot: 'b0', pid_space: 'p0' }, alive],
    ['ran at another boot of who knows which machine', 'elsewhere', { boot: 'b0', machine: '' }, { alive: false }],
    ['runs in another container', 'elsewhere', { pid_space: 'p0' }, { alive: false }],
    ['runs in another container with a name of its own', 'elsewhere', { host: 'c', pid_space: 'p0' }, { alive: false }],
    ['ran before this machine was renamed', 'ended', { host: 'old' }, { alive: false }],
    ['runs on another host', 'elsewhere', { host: 'there', machine: 'm2', boot: 'b2' }, { alive: false }],
    ['runs on another machine of the same name', 'elsewhere', { machine: 'm2', boot: 'b2' }, { alive: false }],
    ['runs on another host without ids', 'elsewhere', { host: 'there', machine: '', boot: '' }, { alive: false }],
    ['has ended on this host without ids', 'ended', { machine: '', boot: '', pid_space: '' }, { alive: false }],
  ])('that %s is %s', (_, verdict, theirs, seen) => {
    expect(judgeNote({ ...mine, ...theirs }, mine, seen)).toBe(verdict);
  });
});

/** Real processes: each takes the lock again and again and enters a room that only one may be in. */
const WORKER = `
  const { openSync, closeSync, unlinkSync } = require('node:fs');
  const [bundle, folder, rounds, die] = process.argv.slice(1);
  const tools = {
    command: 'provision', pid: process.pid, hostname: require('node:os').hostname(), platform: process.platform,
    now: () => new Date(), random: (bytes) => require('node:crypto').randomBytes(bytes),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 10)),
  };
  const room = require('node:path').join(folder, 'room');
  import(bundle).then(async ({ acquireLock }) => {
    let held = 0;
    process.send('ready');
    await new Promise((go) => process.once('message', go));
    for (let round = 0; round < Number(rounds); round++) {
      let lock;
      try { lock = await acquireLock(folder, tools); } catch (error) {
        if (error.code !== 'locked') { process.send({ error: String(error.stack) }); }
        continue;
      }
      held++;
      try { closeSync(openSync(room, 'wx')); } catch { process.send({ error: 'two holders at the same time' }); }
      if (die) { process.send('holding'); await new Promise(() => setInterval(() => undefined, 1000)); }
      await new Promise((resolve) => setTimeout(resolve, 1));
      unlinkSync(room);
      await lock.release();
    }
    process.send({ held });
    process.disconnect();
  });`;

interface Worker {
  said: Set<unknown>;
  errors: string[];
  held: number;
  ended: Promise<void>;
  until(word: string): Promise<void>;
  go(): void;
  kill(): Promise<void>;
}

function startWorker(bundle: string, folder: string, rounds: number, die = ''): Worker {
  const child = spawn(process.execPath, ['-e', WORKER, bundle, folder, String(rounds), die], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const waiting = new Map<unknown, () => void>();
  const worker: Worker = {
    said: new Set(),
    errors: [],
    held: 0,
    ended,
    until: (word) => (worker.said.has(word) ? Promise.resolve() : new Promise((resolve) => waiting.set(word, resolve))),
    go: () => void child.send('go'),
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
  child.on('message', (message: string | { error?: string; held?: number }) => {
    if (typeof message === 'string') {
      worker.said.add(message);
      waiting.get(message)?.();
    } else if (message.error !== undefined) worker.errors.push(message.error);
    else worker.held = message.held ?? 0;
  });
  return worker;
}

describe('among real processes', () => {
  test('there are never two holders, and the work gets done', async () => {
    const folder = temporaryFolder();
    const bundle = await bundled('src/files/lock.ts');
    const workers = Array.from({ length: 8 }, () => startWorker(bundle, folder, 25));
    await Promise.all(workers.map((worker) => worker.until('ready')));
    for (const worker of workers) worker.go();
    await Promise.all(workers.map((worker) => worker.ended));
    expect(workers.flatMap((worker) => worker.errors)).toEqual([]);
    expect(workers.reduce((sum, worker) => sum + worker.held, 0)).toBeGreaterThan(8);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a killed holder is taken over at once, a living one is not', async () => {
    const folder = temporaryFolder();
    const worker = startWorker(await bundled('src/files/lock.ts'), folder, 1, 'die');
    await worker.until('ready');
    worker.go();
    await worker.until('holding');
    expect(await errorOf(acquireLock(folder, lockTools()))).toMatchObject({ code: 'locked' });
    await worker.kill();
    expect(locksIn(folder)).toHaveLength(1);
    const lock = await acquireLock(folder, lockTools());
    expect(locksIn(folder)).toHaveLength(1);
    await lock.release();
    expect(locksIn(folder)).toEqual([]);
  });
});
