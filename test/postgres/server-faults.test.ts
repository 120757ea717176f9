import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDatabase, type Database } from '../../src/postgres/database.ts';
import { Secret } from '../../src/secret.ts';
import { temporaryFolder } from '../support/cli.ts';
import { openTestDatabase, PG_PASSWORD, PG_USER, usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { canRun } from '../support/programs.ts';

const server = usePostgres();
const CAN_SIGN = canRun('openssl', 'version');
const WITHOUT_OPENSSL = CAN_SIGN ? '' : ' (left out: needs openssl)';

function closing(database: Database): Database {
  onTestFinished(() => database.close());
  return database;
}

describe.skipIf(WITHOUT_POSTGRES)(`a server that cannot be relied on${WITHOUT_POSTGRES}`, () => {
  test.each(['fsync', 'synchronous_commit'])('%s=off is refused', async (name) => {
    server.setting(name, 'off');
    onTestFinished(() => server.setting(name, 'on'));
    await expect.poll(() => server.sql(`SHOW ${name}`).trim()).toBe('off');
    await expect(closing(openTestDatabase(server)).facts()).rejects.toMatchObject({
      code: 'share_unsafe',
      exitCode: 6,
    });
  });

  test('one that is read-only says so', async () => {
    server.setting('default_transaction_read_only', 'on');
    onTestFinished(() => server.setting('default_transaction_read_only', 'off'));
    await expect.poll(() => server.sql('SHOW default_transaction_read_only').trim()).toBe('on');
    expect(await closing(openTestDatabase(server)).facts()).toMatchObject({ readOnly: true });
  });

  test('one that has no connection left is told, and is no doubt', async () => {
    const many = Array.from({ length: 70 }, () => closing(openTestDatabase(server)));
    const asked = await Promise.allSettled(many.map((database) => database.facts()));
    const refused = asked.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(refused.length).toBeGreaterThan(5);
    for (const error of refused) expect(error).toMatchObject({ code: 'share_unreachable', exitCode: 6 });
  });

  test('one that does not answer is given up after the limit, and asked again over a new connection', async () => {
    const database = closing(openTestDatabase(server, { timeoutMs: 500 }));
    const began = performance.now();
    await expect(database.query('SELECT pg_sleep(30)')).rejects.toThrow('no answer within 0.5 s');
    expect(performance.now() - began).toBeLessThan(5000);
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('values of every type that is used come back as they went', async () => {
    const database = closing(openTestDatabase(server));
    const bytes = Buffer.from([0, 1, 92, 255]);
    const [row] = await database.query(
      `SELECT $1::bytea AS bytes, true AS yes, false AS no, 7::int AS int, 9007199254740993::bigint AS big, '{"a":[1]}'::jsonb AS json,
       '2026-03-02 09:00:00.123+00'::timestamptz AS at, NULL::text AS nothing, 'ā\\x' AS text`,
      [bytes],
    );
    const at = new Date('2026-03-02T09:00:00.123Z');
    expect(row).toEqual({
      bytes,
      yes: true,
      no: false,
      int: 7,
      big: '9007199254740993',
      json: { a: [1] },
      at,
      nothing: null,
      text: 'ā\\x',
    });
  });
});

describe.skipIf(WITHOUT_POSTGRES || !CAN_SIGN)(`TLS${WITHOUT_POSTGRES}${WITHOUT_OPENSSL}`, () => {
  test('a server is trusted by its certificate and its name, and not otherwise', async () => {
    const folder = temporaryFolder();
    const { ca } = signCertificates(folder);
    server.useCertificate(join(folder, 'server.crt'), join(folder, 'server.key'));
    const reach = (host: string, rootCert: string | undefined) =>
      closing(
        createDatabase({
          address: {
            ...{ host, port: server.port, database: 'workshops', user: PG_USER, tls: 'verified' },
            ...{ rootCert, password: undefined },
          },
          password: new Secret(PG_PASSWORD),
        }),
      );
    const database = reach('localhost', ca);
    await database.facts();
    expect(await database.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).toEqual([{ ssl: true }]);
    await expect(reach('localhost', undefined).facts()).rejects.toMatchObject({ code: 'share_tls', exitCode: 6 });
    await expect(reach('127.0.0.1', ca).facts()).rejects.toMatchObject({ code: 'share_tls' });
    server.useCertificate(undefined, undefined);
    await expect(reach('localhost', ca).facts()).rejects.toMatchObject({ code: 'share_tls' });
  });
});

/** An authority, and a certificate of it for `localhost` alone. */
function signCertificates(folder: string): { ca: string } {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const subject = ['-subj', '/CN=orkeys test'];
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-days',
    '2',
    ...subject,
  );
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
    '-subj',
    '/CN=localhost',
  );
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost\n');
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'server.crt',
    '-days',
    '2',
    '-extfile',
    'names',
  );
  return { ca: join(folder, 'ca.crt') };
}
