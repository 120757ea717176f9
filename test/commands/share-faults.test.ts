import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { PG_PASSWORD, usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { useTeam } from '../support/shared-team.ts';

const server = usePostgres();
const PROVISION = ['provision', 'SUMMER_participants.csv', '--yes'];

/** A team whose second member wants a key for one more person, which a fault must prevent. */
async function useRefused() {
  const team = await useTeam(server);
  await team.share();
  await team.joinIt();
  const roster = readFileSync(join(team.cwd, 'SUMMER_participants.csv'), 'utf8');
  writeFileSync(join(team.annas, 'SUMMER_participants.csv'), `${roster}new@example.org,New,Person\n`);
  const keys = () => JSON.stringify(team.sandbox.account.toJSON().keys);
  const stored = () => server.sql('SELECT log, generation, seq, sha256(body) FROM orkeys.line ORDER BY 1, 2, 3');
  const before = { keys: keys(), stored: stored(), here: readdirSync(team.annasFolder) };
  return {
    ...team,
    /** What is said; nothing may have changed: on the account, in the database, or here. */
    refused: async (args: readonly string[] = PROVISION, env: Record<string, string> = {}) => {
      const shown = await team.anna(args, { env: { ...team.env, ...env } });
      expect(keys()).toBe(before.keys);
      expect(stored()).toBe(before.stored);
      expect(readdirSync(team.annasFolder)).toEqual(before.here);
      return team.screen(shown);
    },
    /** without the fault, that person gets a key, and nobody a second one */
    works: async () => {
      const { code, stderr } = await team.anna(PROVISION);
      expect(code, stderr).toBe(0);
      const names = team.sandbox.account.toJSON().keys.map(({ name }) => name.replace(/_[a-z2-7]{8}$/, ''));
      expect(names.sort()).toEqual(
        ['Anda_Baklāne', 'New_Person', 'Valdis_Vēveris', 'Zane_Ozola'].map((name) => `SUMMER_${name}`),
      );
    },
  };
}

describe.skipIf(WITHOUT_POSTGRES)(`a command that cannot use its shared workshop${WITHOUT_POSTGRES}`, () => {
  test('database out of reach, or with another login', async () => {
    const { refused, works } = await useRefused();
    const elsewhere = (from: string, to: string) => ({ ORKEYS_SHARE_URL: server.url.replace(from, to) });
    expect(await refused(PROVISION, elsewhere(String(server.port), '1'))).toMatchInlineSnapshot(`
      "exit 6
      --- stdout
      --- stderr
      Error: Cannot reach <host>/workshops: nothing listens there.
      Hint: Check the network and the address. Run the same command again.
      "
    `);
    expect(await refused(PROVISION, { PGPASSWORD: 'wrong-password' })).toMatchInlineSnapshot(`
      "exit 4
      --- stdout
      --- stderr
      Error: <host>/workshops refused the login: password authentication failed for user "orkeys_owner".
      Hint: Check PGPASSWORD, PGPASSFILE or ~/.pgpass.
      "
    `);
    expect(await refused(PROVISION, elsewhere('/workshops', '/nothing'))).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: <host>/nothing: database "nothing" does not exist.
      Hint: Check the name of the database in the address.
      "
    `);
    expect(
      await refused(['share', 'join', server.url, '--prefix', 'SUMMER'], { ORKEYS_SHARE_PASSWORD: 'wrong-password' }),
    ).toMatchInlineSnapshot(`
      "exit 4
      --- stdout
      --- stderr
      Error: This is not a password of the shared workshop SUMMER.
      Hint: Ask who shared it. Each member may have a password of their own.
      "
    `);
    await works();
  });

  test('tables of a newer orkeys, or lines of one', async () => {
    const { refused, works } = await useRefused();
    const comment = (version: number) => server.sql(`COMMENT ON TABLE orkeys.workshop IS 'orkeys schema ${version}'`);
    comment(2);
    onTestFinished(() => void comment(1));
    expect(await refused()).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: The tables in <host>/workshops are of another version of orkeys (orkeys schema 2).
      Hint: Update orkeys: get its newest source, then run in its folder: npm ci && npm install -g .
      "
    `);
    comment(1);
    server.sql('UPDATE orkeys.workshop SET version = 2');
    expect(await refused()).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: SUMMER in <host>/workshops was written by a newer orkeys.
      Hint: Update orkeys: get its newest source, then run in its folder: npm ci && npm install -g .
      "
    `);
    server.sql('UPDATE orkeys.workshop SET version = 1');
    await works();
  });

  test('a server that forgets what it saved', async () => {
    const { refused, works } = await useRefused();
    server.setting('fsync', 'off');
    onTestFinished(() => server.setting('fsync', 'on'));
    await expect.poll(() => server.sql('SHOW fsync').trim()).toBe('off');
    expect(await refused()).toMatchInlineSnapshot(`
      "exit 6
      --- stdout
      --- stderr
      Error: <host>/workshops has fsync=off: what it saved may be lost when it crashes.
      Hint: Whoever administers the database can run: ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();
      "
    `);
    server.setting('fsync', 'on');
    await expect.poll(() => server.sql('SHOW fsync').trim()).toBe('on');
    await works();
  });

  test('a database without the tables, and a role that may not make them: what share sql prints is the way', async () => {
    const { ilze, env, screen, folder } = await useTeam(server);
    server.createDatabase('bare');
    server.sql(`CREATE ROLE plain LOGIN PASSWORD '${PG_PASSWORD}'`);
    onTestFinished(() => void server.sql('DROP DATABASE bare WITH (FORCE)'));
    const start = [
      'share',
      'start',
      server.url.replace(/\/\/.+@/, '//plain@').replace('/workshops', '/bare'),
      '--prefix',
      'SUMMER',
    ];
    const journal = readFileSync(join(folder, 'journal.jsonl'));
    expect(screen(await ilze(start))).toMatchInlineSnapshot(`
      "exit 6
      --- stdout
      --- stderr
      Error: <host>/bare: permission denied for database bare.
      Hint: Whoever administers the database can run what this prints: orkeys share sql
      "
    `);
    expect(readFileSync(join(folder, 'journal.jsonl'))).toEqual(journal);
    // The workshop is as usable as it was.
    expect((await ilze(['verify', 'SUMMER'])).code).toBe(0);
    const { stdout } = await ilze(['share', 'sql']);
    server.sql(stdout, 'bare');
    server.sql('GRANT orkeys TO plain', 'bare');
    expect((await ilze(start, { env })).code).toBe(0);
    expect((await ilze(['verify', 'SUMMER'])).code).toBe(0);
  });

  test('a folder that joined and has a journal of its own, too; two workshops of one prefix', async () => {
    const { refused, works, annasFolder, anna, screen, annas, folder } = await useRefused();
    const backup = readdirSync(folder).find((name) => name.startsWith('journal-before-')) ?? '';
    const own = join(annasFolder, 'journal.jsonl');
    copyFileSync(join(folder, backup), own);
    expect(screen(await anna(PROVISION))).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: <anna>/output/SUMMER has both shared.json and journal.jsonl. Nothing was changed.
      Hint: The workshop is in the database. Move journal.jsonl elsewhere; if it is the newer one, move shared.json instead.
      "
    `);
    expect(screen(await anna(['list', '--prefix', 'SUMMER']))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
      Spent     today $0.00, week $0.00, month $0.00, in all $0.00; total limit $3.00; credit left $1,000.00
      3 keys named like this, but not created by this workshop:
      KEY NAME                        SECRET               STATUS  LIMIT  SPENT  REMAINING  RESET  EXPIRES (UTC)  CREATED (UTC)
      SUMMER_Zane_Ozola_<tag>      <masked>  active  $1.00  $0.00      $1.00                        2026-03-02 09:00
      SUMMER_Valdis_Vēveris_<tag>  <masked>  active  $1.00  $0.00      $1.00                        2026-03-02 09:00
      SUMMER_Anda_Baklāne_<tag>    <masked>  active  $1.00  $0.00      $1.00                        2026-03-02 09:00

      3 keys, total limit $3.00, total spent $0.00, remaining $3.00
      --- stderr
      Note: <anna>/output/SUMMER has both shared.json and journal.jsonl. Nothing was changed. Its participants are not shown.
      "
    `);
    expect(readFileSync(own)).toEqual(readFileSync(join(folder, backup)));
    rmSync(own);
    const others = join(annas, 'others', 'SUMMER');
    mkdirSync(others, { recursive: true });
    copyFileSync(join(folder, backup), join(others, 'journal.jsonl'));
    const there = ['--prefix', 'SUMMER', '--out', join(annas, 'others')];
    expect(await refused(['share', 'start', server.url, ...there])).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: <host>/workshops has a shared workshop SUMMER already. Nothing was changed.
      Hint: To use that one, move the folder of yours elsewhere and run: orkeys share join. Or choose another database.
      "
    `);
    expect(await refused(['share', 'join', server.url, ...there])).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: <anna>/others/SUMMER has journal.jsonl: a workshop of its own. Nothing was changed.
      Hint: Use another output folder with --out, or move this folder elsewhere first.
      "
    `);
    expect(readFileSync(join(others, 'journal.jsonl'))).toEqual(readFileSync(join(folder, backup)));
    await works();
  });

  test('a replica is read, with a note, and never written; one that lags is refused', async () => {
    const { refused, works, anna, env, screen } = await useRefused();
    const standby = await server.startStandby();
    const onReplica = { ORKEYS_SHARE_URL: server.url.replace(String(server.port), String(standby.port)) };
    expect(await refused(PROVISION, onReplica)).toMatchInlineSnapshot(`
      "exit 6
      --- stdout
      --- stderr
      Note: <host>/workshops is read-only: it may be a replica, and not know the latest changes.
      Error: <host>/workshops is read-only: it may be a replica.
      Hint: Use the address of the primary server, in ORKEYS_SHARE_URL or with: orkeys share join. Run the same command again.
      "
    `);
    expect(await refused(['verify', 'SUMMER'], onReplica)).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      All 3 keys work.
      --- stderr
      Note: <host>/workshops is read-only: it may be a replica, and not know the latest changes.
      Testing keys: 0 of 3
      Testing keys: 3 of 3 after 0.0 s
      "
    `);
    expect(await refused(['verify', 'SUMMER', '--quiet'], onReplica)).not.toContain('Note:');
    standby.sql('SELECT pg_wal_replay_pause()');
    await works();
    const lagging = await anna(['verify', 'SUMMER'], { env: { ...env, ...onReplica } });
    expect(screen(lagging)).toMatchInlineSnapshot(`
      "exit 3
      --- stdout
      4 keys not tested: no journal records where it was created, so it is tested only at https://openrouter.ai/api/v1; to fix, run: orkeys share status SUMMER.
        Anda Baklāne · anda.baklane@example.org · …<end>
        Valdis Vēveris · valdis.veveris@example.org · …<end>
        Zane Ozola · zane.ozola@example.net · …<end>
        New Person · new@example.org · …<end>

      4 of 4 keys failed.
      --- stderr
      Note: <host>/workshops is read-only: it may be a replica, and not know the latest changes.
      Note: The journal in <host>/workshops lacks line 11, which this computer saw: it is an older copy. Nothing was changed. Its participants are not shown.
      Testing keys: 0 of 4
      Testing keys: 4 of 4 after 0.0 s
      "
    `);
  }, 120_000);

  test('every connection of the server is taken (53300)', async () => {
    const { refused, works } = await useRefused();
    server.sql(
      `CREATE ROLE busy LOGIN PASSWORD '${PG_PASSWORD}' CONNECTION LIMIT 0; GRANT USAGE ON SCHEMA orkeys TO busy; GRANT ALL ON ALL TABLES IN SCHEMA orkeys TO busy`,
    );
    expect(
      await refused(PROVISION, { ORKEYS_SHARE_URL: server.url.replace(/\/\/.+@/, '//busy@') }),
    ).toMatchInlineSnapshot(`
      "exit 6
      --- stdout
      --- stderr
      Error: <host>/workshops: too many connections for role "busy".
      Hint: The database has no connection left. Close others, or wait a minute. Run the same command again.
      "
    `);
    server.sql('ALTER ROLE busy CONNECTION LIMIT -1');
    await works();
  });

  test('a server that falls silent', async () => {
    const { refused, works } = await useRefused();
    const proxy = await startCuttingProxy(server.port);
    onTestFinished(() => proxy.close());
    proxy.cut('server_version_num', 'silent');
    const shown = await refused(PROVISION, {
      ORKEYS_SHARE_URL: server.url.replace(String(server.port), String(proxy.port)),
    });
    expect(shown).toMatchInlineSnapshot(`
      "exit 6
      --- stdout
      --- stderr
      Error: Cannot reach <host>/workshops: no answer within 10 s.
      Hint: Check the network and the address. Run the same command again.
      "
    `);
    await works();
  }, 120_000);
});
