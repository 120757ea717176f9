import { execFileSync, spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { createDatabase, type Database } from '../../src/postgres/database.ts';
import { createTables } from '../../src/postgres/workshops.ts';
import { Secret } from '../../src/secret.ts';

/** Where Debian and Homebrew put the programs of a server. */
const FOLDERS = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'];

/** The folder of the newest PostgreSQL here; undefined where there is none. */
export const POSTGRES_BIN = newestBin();
/** For the names of tests that are left out. */
export const WITHOUT_POSTGRES = POSTGRES_BIN === undefined ? ' (left out: PostgreSQL is not installed)' : '';

export const PG_USER = 'orkeys_owner';
export const PG_PASSWORD = 'owner-password-of-a-test';

export interface TestPostgres {
  port: number;
  folder: string;
  /** without a password */
  url: string;
  stop(mode?: 'fast' | 'immediate'): void;
  /** ends it, and nothing of it stays */
  remove(): Promise<void>;
  start(): void;
  /** as the owner; closed after the tests */
  database: Database;
  sql(text: string, database?: string): string;
  dump(): string;
  createDatabase(name: string): void;
  /** for all sessions from now on */
  setting(name: string, value: string): void;
  /** a replica of it, for the running test */
  startStandby(): Promise<{ port: number; sql(text: string): string }>;
  /** paths of PEM files; undefined = without TLS */
  useCertificate(certificate: string | undefined, key: string | undefined): void;
}

/** A server of its own for a file of tests, with a database `workshops`. Call it at the top of the file. */
export function usePostgres(): TestPostgres {
  const server = { port: 0, folder: '' } as TestPostgres;
  beforeAll(async () => {
    if (POSTGRES_BIN === undefined) return;
    await startCluster(server);
  }, 60_000);
  afterAll(async () => {
    if (POSTGRES_BIN === undefined || server.folder === '') return;
    await server.remove();
  });
  return server;
}

/** Fills `server`. */
export async function startCluster(server: TestPostgres): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'orkeys-pg-'));
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, PG_PASSWORD);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
    chownSync(folder, id('-u'), id('-g'));
    chownSync(passwordFile, id('-u'), id('-g'));
  }
  const port = await freePort();
  const reach = (at: number) => ['-h', '127.0.0.1', '-p', String(at), '-U', PG_USER];
  const as = (program: string, ...args: string[]) => {
    const path = join(POSTGRES_BIN ?? '', program);
    const [command = path, ...rest] = isRoot ? ['runuser', '-u', 'postgres', '--', path, ...args] : [path, ...args];
    const env = { PATH: process.env.PATH, PGPASSWORD: PG_PASSWORD };
    // Without pipes: a server that goes on would hold them.
    const quiet = program === 'pg_ctl';
    const { status, stdout, stderr } = spawnSync(command, rest, {
      encoding: 'utf8',
      env,
      stdio: quiet ? 'ignore' : 'pipe',
      cwd: folder,
    });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  as('initdb', '-D', data, '-U', PG_USER, '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8', '--locale=C');
  Object.assign(server, {
    ...{ port, folder, url: `postgres://${PG_USER}@127.0.0.1:${port}/workshops` },
    start: () => {
      const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c max_connections=60`;
      as('pg_ctl', '-D', data, '-w', '-t', '30', '-l', join(folder, 'log'), '-o', options, 'start');
    },
    stop: (mode = 'fast') => void as('pg_ctl', '-D', data, '-w', '-m', mode, 'stop'),
    sql: (text: string, database = 'workshops') => as('psql', ...reach(port), '-d', database, '-Atc', text),
    createDatabase: (name: string) => void as('createdb', ...reach(port), name),
    setting: (name: string, value: string) => {
      server.sql(`ALTER SYSTEM SET ${name} = '${value}'`);
      server.sql('SELECT pg_reload_conf()');
    },
    useCertificate: (certificate: string | undefined, key: string | undefined) => {
      for (const [name, path] of [
        ['server.crt', certificate],
        ['server.key', key],
      ] as const) {
        if (path === undefined) continue;
        const copy = join(data, name);
        writeFileSync(copy, readFileSync(path), { mode: 0o600 });
        if (isRoot) chownSync(copy, statSync(data).uid, statSync(data).gid);
      }
      server.setting('ssl', certificate === undefined ? 'off' : 'on');
      server.stop();
      server.start();
    },
    remove: async () => {
      await server.database.close();
      server.stop('immediate');
      rmSync(folder, { recursive: true, force: true });
    },
    dump: () => as('pg_dump', ...reach(port), 'workshops'),
    startStandby: async () => {
      const copy = mkdtempSync(join(folder, 'standby-'));
      if (isRoot) chownSync(copy, statSync(data).uid, statSync(data).gid);
      as('pg_basebackup', ...reach(port), '-D', join(copy, 'data'), '-R', '-X', 'stream', '-c', 'fast');
      const standby = await freePort();
      const options = `-p ${standby} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${copy} -c max_connections=60`;
      as('pg_ctl', '-D', join(copy, 'data'), '-w', '-t', '30', '-l', join(copy, 'log'), '-o', options, 'start');
      onTestFinished(() => void as('pg_ctl', '-D', join(copy, 'data'), '-w', '-m', 'immediate', 'stop'));
      return { port: standby, sql: (text: string) => as('psql', ...reach(standby), '-d', 'workshops', '-Atc', text) };
    },
  });
  server.start();
  server.createDatabase('workshops');
  server.database = openTestDatabase(server);
  await createTables(server.database);
}

export function openTestDatabase(
  { port }: Pick<TestPostgres, 'port'>,
  { database = 'workshops', ...options }: { timeoutMs?: number; database?: string } = {},
): Database {
  return createDatabase({
    address: {
      ...{ host: '127.0.0.1', port, database, user: PG_USER },
      ...{ tls: 'disabled', rootCert: undefined, password: undefined },
    },
    password: new Secret(PG_PASSWORD),
    ...options,
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function newestBin(): string | undefined {
  const found = FOLDERS.flatMap((above) =>
    existsSync(above) ? readdirSync(above).map((name) => join(above, name, 'bin')) : [],
  ).filter((bin) => existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'pg_ctl')));
  return found.sort().at(-1);
}
