import { describe, expect, test } from 'vitest';
import { PG_PASSWORD, usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { useTeam } from '../support/shared-team.ts';

const server = usePostgres();
const DAY = 86_400_000;

describe.skipIf(WITHOUT_POSTGRES)(`doctor of a shared workshop${WITHOUT_POSTGRES}`, () => {
  test('tells how the database is reached, what the role may do, whose clock is wrong, and what is not saved here yet', async () => {
    const { share, joinIt, anna, ilze, env } = await useTeam(server);
    await share();
    await joinIt();
    const look = async (ahead: number, user?: string) => {
      const url = user === undefined ? {} : { ORKEYS_SHARE_URL: server.url.replace(/\/\/.+@/, `//${user}@`) };
      const now = () => new Date(Date.now() + ahead);
      const { code, stdout } = await anna(['doctor', '--prefix', 'SUMMER', '--json'], { env: { ...env, ...url }, now });
      const { checks } = JSON.parse(stdout);
      const { verdict, says, next } = checks.find(({ id }: { id: string }) => id === 'database');
      return {
        code,
        verdict,
        next,
        says: says.replace(/127\S+, PostgreSQL \d+\.\d+/, '<server>').replace(/\d+ ms/, '<n> ms'),
      };
    };
    const fine = '<server>; no TLS, on this computer; <n> ms away; 8 lines, all of them saved here too';
    expect(await look(0)).toMatchObject({ verdict: 'ok', says: `${fine}; clocks match` });
    expect(await look(DAY)).toMatchObject({
      verdict: 'warning',
      says: expect.stringMatching(/; this computer's clock is 1 d ahead of that of the database$/),
      next: "Correct this computer's clock, ideally by turning on automatic network time.",
    });
    expect((await look(-DAY)).says).toMatch(/clock is 1 d behind that of the database$/);
    server.sql(
      `CREATE ROLE reader LOGIN PASSWORD '${PG_PASSWORD}'; GRANT USAGE ON SCHEMA orkeys TO reader;
       GRANT SELECT ON ALL TABLES IN SCHEMA orkeys TO reader; GRANT INSERT, UPDATE, DELETE ON orkeys.workshop, orkeys.slot TO reader`,
    );
    expect(await look(0, 'reader')).toMatchObject({
      code: 6,
      verdict: 'problem',
      says: `${fine}; the role reader lacks rights: INSERT on orkeys.lock, UPDATE on orkeys.lock, DELETE on orkeys.lock, INSERT on orkeys.line, UPDATE on orkeys.line, DELETE on orkeys.line`,
      next: 'Whoever administers the database can run what this prints: orkeys share sql',
    });
    server.sql(
      'GRANT ALL ON ALL TABLES IN SCHEMA orkeys TO reader; ALTER ROLE reader SET default_transaction_read_only = on',
    );
    expect(await look(0, 'reader')).toMatchObject({
      verdict: 'warning',
      says: `${fine}; read-only: it may be a replica`,
    });
    expect((await ilze(['update', '--prefix', 'SUMMER', '--limit', '2', '--yes'])).code).toBe(0);
    expect((await look(0)).says).toMatch(/; \d\d lines, 8 of them saved here too; clocks match$/);
    expect(await look(0, 'nobody')).toMatchObject({
      code: 4,
      verdict: 'problem',
      next: expect.stringContaining('PGPASSWORD'),
    });
  }, 120_000);
});
