import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Database } from '../../../src/postgres/database.ts';
import { parseDatabaseUrl } from '../../../src/postgres/share-url.ts';
import { rememberJoined } from '../../../src/workshop/joined-workshops.ts';
import { keeperOf } from '../../../src/workshop/shelf.ts';
import { createTestContext } from '../../support/context.ts';
import { startCuttingProxy } from '../../support/cutting-proxy.ts';
import { openTestDatabase, PG_PASSWORD, PG_USER, type TestPostgres } from '../../support/postgres.ts';
import {
  type LogsElsewhere,
  openWorld,
  PREFIX,
  type WorkshopWorld,
  type WorldOptions,
  worldIn,
} from './workshop-world.ts';

/** The same world with its logs in a database. `port`: of what stands between; the database's own when absent. */
export async function openSharedWorld(
  server: TestPostgres,
  { port = server.port, onStatement, ...options }: WorldOptions & { port?: number } = {},
): Promise<SharedWorld> {
  const [world, shared] = await Promise.all([openWorld(options), sharedOnce(server)]);
  const database = newName();
  server.sql(`CREATE DATABASE ${database} TEMPLATE ${shared.database}`, 'postgres');
  const proxy = onStatement && (await startCuttingProxy(port));
  if (onStatement) proxy?.watch('orkeys.', onStatement);
  const url = `postgres://${PG_USER}@127.0.0.1:${proxy?.port ?? port}/${database}`;
  const marker = join(world.folder, 'shared.json');
  const putFolder = () => {
    rmSync(join(world.cwd, 'output'), { recursive: true, force: true });
    cpSync(shared.output, join(world.cwd, 'output'), { recursive: true });
    writeFileSync(marker, JSON.stringify({ ...JSON.parse(readFileSync(marker, 'utf8')), url }));
  };
  putFolder();
  const ctx = createTestContext({ cwd: world.cwd, home: world.home, env: world.env });
  await rememberJoined(JSON.parse(readFileSync(marker, 'utf8')).workshop, parseDatabaseUrl(url), ctx);
  Object.assign(world.env, SECRETS);
  const reached = openTestDatabase(server, { database });
  const keep = keeperOfTables(reached);
  const atStart = await keep();
  return {
    ...world,
    ...{ url, database, logs: { readJournal: journalOf, keep } },
    startAnew: async () => {
      putFolder();
      await atStart();
    },
    close: async () => {
      await world.close();
      await reached.close();
      await proxy?.close();
    },
  };
}

const TABLES = ['workshop', 'lock', 'line', 'slot'];

/** Copies of the tables beside them. */
function keeperOfTables(database: Database): LogsElsewhere['keep'] {
  let kept = 0;
  return async () => {
    kept += 1;
    const schema = `kept_${kept}`;
    const copies = TABLES.map((name) => `CREATE TABLE ${schema}.${name} AS TABLE orkeys.${name}`);
    await database.query(
      ['BEGIN ISOLATION LEVEL REPEATABLE READ', `CREATE SCHEMA ${schema}`, ...copies, 'COMMIT'].join(';'),
    );
    const puts = TABLES.map((name) => `INSERT INTO orkeys.${name} SELECT * FROM ${schema}.${name}`);
    return async () => void (await database.query(['TRUNCATE orkeys.workshop CASCADE', ...puts].join(';')));
  };
}

const SECRETS = { PGPASSWORD: PG_PASSWORD, ORKEYS_SHARE_PASSWORD: 'lusab-gutih-tugad-fikop' };

const newName = () => `w${Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(6))).toString('hex')}`;

interface SharedOnce {
  database: string;
  /** a copy of the output folder */
  output: string;
}

const sharedOnServer = new WeakMap<TestPostgres, Promise<SharedOnce>>();

/** A workshop without keys that was shared: the password takes most of a second, so worlds are copies of one. */
function sharedOnce(server: TestPostgres): Promise<SharedOnce> {
  const known = sharedOnServer.get(server) ?? shareOne(server);
  sharedOnServer.set(server, known);
  return known;
}

async function shareOne(server: TestPostgres): Promise<SharedOnce> {
  const world = await openWorld();
  const database = newName();
  server.createDatabase(database);
  Object.assign(world.env, SECRETS);
  const url = `postgres://${PG_USER}@127.0.0.1:${server.port}/${database}`;
  const { code, stderr } = await world.run(['share', 'start', url, '--prefix', PREFIX, '--as', 'Ilze']);
  expect(code, stderr).toBe(0);
  // Only a database that nobody uses can be copied, and that connection is closed a little later.
  server.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`, 'postgres');
  const output = join(server.folder, `shared-${database}`);
  cpSync(join(world.cwd, 'output'), output, { recursive: true });
  await world.close();
  return { database, output };
}

/** The lines of a journal, wherever it is kept. */
export async function journalOf({ cwd, home, env, folder }: WorkshopWorld): Promise<string> {
  const ctx = createTestContext({ cwd, home, env });
  return Buffer.from((await keeperOf(`${cwd}/output`, folder).read('journal', ctx)) ?? []).toString();
}

export interface SharedWorld extends WorkshopWorld {
  url: string;
  /** name of the database */
  database: string;
}

/** Another person, on another computer, who uses the same workshop. */
export async function joinedWorld(world: SharedWorld, member: string): Promise<WorkshopWorld> {
  const root = mkdtempSync(join(tmpdir(), 'orkeys-proof-'));
  for (const folder of ['work', 'home']) mkdirSync(join(root, folder));
  const other = worldIn(root, world.server, world.people);
  copyFileSync(join(world.cwd, 'roster.csv'), join(other.cwd, 'roster.csv'));
  const { PGPASSWORD = '', ORKEYS_SHARE_PASSWORD = '' } = world.env;
  Object.assign(other.env, { PGPASSWORD, ORKEYS_SHARE_PASSWORD });
  const { code, stderr } = await other.run(['share', 'join', world.url, '--prefix', PREFIX, '--as', member]);
  expect(code, stderr).toBe(0);
  const close = async () => rmSync(root, { recursive: true, force: true });
  return { ...other, ...(world.logs ? { logs: world.logs } : {}), close };
}
