import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { PG_PASSWORD, PG_USER, usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { LONG } from './support/form.ts';
import { journalOf } from './support/shared-world.ts';
import { openWorld, PREFIX, type WorkshopWorld } from './support/workshop-world.ts';

const server = usePostgres();
let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

const STEP = LONG ? 1 : 4;

describe.skipIf(WITHOUT_POSTGRES)(`a workshop on its way${WITHOUT_POSTGRES}`, () => {
  test.each(['before', 'after'] as const)(
    'share start killed %s any statement is done: the next call finishes',
    async (how) => {
      const { killed, statements } = await killStart(Number.POSITIVE_INFINITY, how);
      expect(killed).toBe(false);
      let kills = 0;
      for (let nth = 1; nth <= statements; nth += STEP) if ((await killStart(nth, how)).killed) kills += 1;
      expect(kills).toBeGreaterThanOrEqual(Math.floor(statements / STEP) - 1);
    },
    600_000,
  );

  test.each(['before', 'after'] as const)(
    'share leave --to-file killed %s any statement is done: the next call finishes',
    async (how) => {
      const { killed, statements } = await killLeave(Number.POSITIVE_INFINITY, how);
      expect(killed).toBe(false);
      let kills = 0;
      for (let nth = 1; nth <= statements; nth += STEP) if ((await killLeave(nth, how)).killed) kills += 1;
      expect(kills).toBeGreaterThanOrEqual(Math.floor(statements / STEP) - 1);
    },
    600_000,
  );
});

describe.skipIf(WITHOUT_POSTGRES)(`a workshop that a database lost${WITHOUT_POSTGRES}`, () => {
  test.each(['before', 'after'] as const)(
    'share restore killed %s any statement is done: the next call finishes',
    async (how) => {
      const { killed, statements } = await killRestore(Number.POSITIVE_INFINITY, how);
      expect(killed).toBe(false);
      let kills = 0;
      for (let nth = 1; nth <= statements; nth += 3 * STEP) if ((await killRestore(nth, how)).killed) kills += 1;
      expect(kills).toBeGreaterThanOrEqual(Math.floor(statements / (3 * STEP)) - 1);
    },
    600_000,
  );
});

type How = 'before' | 'after';

async function killRestore(nth: number, how: How) {
  return inMove(async ({ world, proxy, start, journal, database }) => {
    expect((await world.run(start)).code).toBe(0);
    server.sql('DELETE FROM orkeys.workshop', database);
    const restore = ['share', 'restore', PREFIX, '--yes'];
    const counted = await killAt(world, restore, nth, how, proxy);
    const again = await world.run(restore);
    expect(again.code, again.stderr).toBe(0);
    expect(await journalOf(world)).toBe(journal);
    expect((await world.run(world.provision)).stdout).toContain('Created 0 keys');
    return counted;
  });
}

async function killStart(nth: number, how: How) {
  return inMove(async ({ world, proxy, start, journal }) => {
    const counted = await killAt(world, start, nth, how, proxy);
    if (counted.killed) await refusesOrWorks(world, journal, start);
    const again = await world.run(start);
    if (again.code !== 0) expect(again.stderr).toContain('is shared already');
    expect(await journalOf(world)).toBe(journal);
    const backups = readdirSync(world.folder).filter((name) => name.startsWith('journal-before-'));
    expect(backups.map((name) => readFileSync(join(world.folder, name), 'utf8'))).toEqual([journal]);
    expect(existsSync(join(world.folder, 'journal.jsonl'))).toBe(false);
    return counted;
  });
}

async function killLeave(nth: number, how: How) {
  return inMove(async ({ world, proxy, start, journal }) => {
    expect((await world.run(start)).code).toBe(0);
    const leave = ['share', 'leave', PREFIX, '--to-file', '--yes'];
    const counted = await killAt(world, leave, nth, how, proxy);
    const again = await world.run(leave);
    if (again.code !== 0) expect(again.stderr).toContain('is not a shared workshop');
    expect(readFileSync(join(world.folder, 'journal.jsonl'), 'utf8')).toBe(journal);
    const left = readdirSync(world.folder).filter((name) => /^(?:shared|mirror)/.test(name));
    expect(left).toEqual([]);
    expect((await world.run(['journal', 'verify', PREFIX])).code).toBe(0);
    return counted;
  });
}

/** In between, nothing may go on with the files as if nothing had happened: that would be a second memory. */
async function refusesOrWorks(world: WorkshopWorld, journal: string, start: readonly string[]) {
  const { code, stderr } = await world.run(['export', PREFIX]);
  if (existsSync(join(world.folder, 'journal.jsonl'))) {
    expect(readFileSync(join(world.folder, 'journal.jsonl'), 'utf8')).toBe(journal);
  }
  if (!existsSync(join(world.folder, 'shared.json'))) expect(code, stderr).toBe(0);
  else if (code !== 0) expect(stderr).toContain(`was interrupted. Nothing was changed.`);
  expect(start.length).toBeGreaterThan(0);
}

async function killAt(
  world: WorkshopWorld,
  args: readonly string[],
  nth: number,
  how: How,
  proxy: Awaited<ReturnType<typeof startCuttingProxy>>,
) {
  const run = startBuilt(program, args, world);
  const statements = proxy.count('orkeys.');
  if (Number.isFinite(nth)) proxy.cutNth('orkeys.', nth, how, () => run.child.kill('SIGKILL'));
  const { signal, code } = await run.ended;
  if (signal === null) expect(code, run.stderr()).toBe(0);
  return { killed: signal === 'SIGKILL', statements: statements() };
}

interface Move {
  world: WorkshopWorld;
  proxy: Awaited<ReturnType<typeof startCuttingProxy>>;
  start: string[];
  /** as it was before anything was shared */
  journal: string;
  database: string;
}

async function inMove<T>(body: (move: Move) => Promise<T>): Promise<T> {
  const proxy = await startCuttingProxy(server.port);
  const world = await openWorld();
  try {
    expect((await world.run(world.provision)).code).toBe(0);
    const database = `m${Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(6))).toString('hex')}`;
    server.createDatabase(database);
    Object.assign(world.env, { PGPASSWORD: PG_PASSWORD, ORKEYS_SHARE_PASSWORD: 'lusab-gutih-tugad-fikop' });
    const url = `postgres://${PG_USER}@127.0.0.1:${proxy.port}/${database}`;
    const journal = readFileSync(join(world.folder, 'journal.jsonl'), 'utf8');
    return await body({
      world,
      proxy,
      start: ['share', 'start', url, '--prefix', PREFIX, '--as', 'Ilze'],
      journal,
      database,
    });
  } finally {
    await world.close();
    await proxy.close();
  }
}
