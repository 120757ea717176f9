import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort, PG_PASSWORD, PG_USER, type TestPostgres, WITHOUT_POSTGRES } from './postgres.ts';
import { canRun } from './programs.ts';

/** For the names of tests that are left out. */
export const WITHOUT_PGBOUNCER =
  WITHOUT_POSTGRES || (canRun('pgbouncer', '--version') ? '' : ' (left out: PgBouncer is not installed)');

/** A pooler in front of a server, for the running test: each transaction, or each statement, may use another connection of two. */
export async function usePgBouncer(server: TestPostgres, mode: 'transaction' | 'statement'): Promise<{ port: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'orkeys-pgbouncer-'));
  const port = await freePort();
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'plain',
    auth_file: join(folder, 'users.txt'),
    pool_mode: mode,
    default_pool_size: '2',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    `[databases]\n* = host=127.0.0.1 port=${server.port}\n[pgbouncer]\n${lines.join('\n')}\n`,
  );
  writeFileSync(settings.auth_file, `"${PG_USER}" "${PG_PASSWORD}"\n`);
  const args = [join(folder, 'pgbouncer.ini')];
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    const { uid, gid } = statSync(server.folder);
    for (const path of [folder, ...args, settings.auth_file]) chownSync(path, uid, gid);
  }
  // It refuses to run as root.
  const [command = '', ...rest] = [...(isRoot ? ['runuser', '-u', 'postgres', '--'] : []), 'pgbouncer', ...args];
  const pooler = spawn(command, rest, { stdio: 'ignore' });
  onTestFinished(async () => {
    const ended = once(pooler, 'exit');
    pooler.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const deadline = performance.now() + 20_000;
  while (!(await isListening(port))) {
    if (performance.now() > deadline) throw new Error('PgBouncer does not start.');
  }
  return { port };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
