import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findRolePassword, passwordIn } from '../../src/postgres/role-password.ts';
import { databaseUrl, parseDatabaseUrl } from '../../src/postgres/share-url.ts';
import { temporaryFolder } from '../support/cli.ts';

describe('the address of a database', () => {
  test.each([
    ['postgres://ilze@db.example.org/workshops', 'postgres://ilze@db.example.org:5432/workshops?sslmode=verify-full'],
    ['postgresql://ilze@db.example.org:6543/w', 'postgres://ilze@db.example.org:6543/w?sslmode=verify-full'],
    ['postgres://ilze:secret@db.example.org/w', 'postgres://ilze@db.example.org:5432/w?sslmode=verify-full'],
    ['postgres://ilze@127.0.0.1:5433/w', 'postgres://ilze@127.0.0.1:5433/w'],
    ['postgres://ilze@[::1]/w?sslmode=disable', 'postgres://ilze@[::1]:5432/w'],
    ['postgres://ilze@localhost/w?sslmode=verify-full', 'postgres://ilze@localhost:5432/w?sslmode=verify-full'],
    [
      'postgres://a%40b@localhost/w%20x?host=/run/postgresql',
      'postgres://a%40b@localhost:5432/w%20x?host=%2Frun%2Fpostgresql',
    ],
    [
      'postgres://ilze@db.example.org/w?sslrootcert=/etc/ca.pem',
      'postgres://ilze@db.example.org:5432/w?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem',
    ],
  ])('%s is saved as %s, and read again as the same', (typed, saved) => {
    const address = parseDatabaseUrl(typed);
    expect(databaseUrl(address)).toBe(saved);
    expect(parseDatabaseUrl(saved)).toEqual({ ...address, password: undefined });
  });

  test.each(['require', 'prefer', 'verify-ca', 'disable', 'no-verify'])('sslmode=%s elsewhere is refused', (mode) => {
    expect(() => parseDatabaseUrl(`postgres://i@db.example.org/w?sslmode=${mode}`)).toThrow(
      'does not prove which server',
    );
  });

  test('a host that only looks like this computer needs TLS', () => {
    for (const host of ['127.0.0.1.example.org', 'localhost.example.org', '10.0.0.1']) {
      expect(parseDatabaseUrl(`postgres://i@${host}/w`).tls).toBe('verified');
    }
  });
});

describe('the password of a role', () => {
  const address = parseDatabaseUrl('postgres://ilze@db.example.org/workshops');

  test.each([
    ['db.example.org:5432:workshops:ilze:right', 'right'],
    ['# a comment\nother:5432:workshops:ilze:wrong\n*:*:*:ilze:right', 'right'],
    ['db.example.org:5432:workshops:anna:wrong', undefined],
    ['db.example.org:5433:*:ilze:wrong\r\ndb.example.org:*:*:*:right\r\n', 'right'],
    ['*:*:*:*:with\\:colon\\\\slash', 'with:colon\\slash'],
    ['*:*:*:*:with:colon', 'with:colon'],
    ['*:*:*:*:', undefined],
    ['nonsense', undefined],
  ])('in the line %j', (text, password) => {
    expect(passwordIn(text, address)?.reveal()).toBe(password);
  });

  test('is taken from the address, then PGPASSWORD, then the file; one that others can read is not used', async () => {
    const home = temporaryFolder();
    const path = join(home, '.pgpass');
    writeFileSync(path, '*:*:*:*:from-file\n', { mode: 0o600 });
    const variables = new Map([['PGPASSWORD', 'from-variable']]);
    const places = { get: (name: string) => variables.get(name), home, platform: process.platform };
    const inUrl = parseDatabaseUrl('postgres://ilze:from-url@db.example.org/workshops');
    const find = async (from = address) => (await findRolePassword(from, places)).password?.reveal();
    expect(await find(inUrl)).toBe('from-url');
    expect(await find()).toBe('from-variable');
    variables.delete('PGPASSWORD');
    expect(await find()).toBe('from-file');
    variables.set('PGPASSFILE', join(home, 'elsewhere'));
    expect(await find()).toBeUndefined();
    variables.delete('PGPASSFILE');
    if (process.platform === 'win32') return;
    chmodSync(path, 0o640);
    expect(await findRolePassword(address, places)).toEqual({
      password: undefined,
      note: expect.stringContaining('chmod 600'),
    });
  });
});
