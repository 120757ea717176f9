import { chownSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Database } from '../../src/postgres/database.ts';
import { mountSmallDisk } from '../files/world.ts';
import { orkeys } from '../support/cli.ts';
import { html, resetAfterCommit } from '../support/faults.ts';
import { openTestDatabase, PG_PASSWORD, PG_USER, usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { joinedWorld, openSharedWorld, type SharedWorld } from './support/shared-world.ts';
import { checkEverybodyHasOne, PREFIX } from './support/workshop-world.ts';

const server = usePostgres();
/** a role that limits hold for, unlike the owner of the server */
const MEMBER = 'member';

/** What happens to the database while a run creates keys, and how it ends. */
interface Fault {
  begin(world: SharedWorld): void | Promise<void>;
  end(world: SharedWorld): void | Promise<void>;
  /** of the run that meets it */
  code: number;
  says?: RegExp;
}

const dropConnections = () =>
  void server.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${MEMBER}'`);
const setting = (sql: string) => () => {
  server.sql(sql);
  dropConnections();
};
const nothing = () => undefined;

const FAULTS: Record<string, Fault> = {
  'the server is restarted': {
    begin: () => {
      server.stop();
      server.start();
    },
    end: nothing,
    code: 0,
  },
  'the server crashes and comes back': {
    begin: () => {
      server.stop('immediate');
      server.start();
    },
    end: nothing,
    code: 0,
  },
  'the server goes away': {
    begin: () => server.stop('immediate'),
    end: () => server.start(),
    code: 6,
    says: /Error: Cannot reach \S+: nothing listens there\. The last secret is saved in .+ instead\.\nHint: Check the network and the address\. Run the same command again\./,
  },
  'no connection is left (53300)': {
    begin: setting(`ALTER ROLE ${MEMBER} CONNECTION LIMIT 0`),
    end: setting(`ALTER ROLE ${MEMBER} CONNECTION LIMIT -1`),
    code: 6,
    says: /Error: .*too many connections.* The last secret is saved in .+ instead\.\nHint: The database has no connection left\. Close others, or wait a minute\. Run the same command again\./,
  },
  'it becomes read-only (25006)': {
    begin: setting(`ALTER ROLE ${MEMBER} SET default_transaction_read_only = on`),
    end: setting(`ALTER ROLE ${MEMBER} RESET default_transaction_read_only`),
    code: 6,
    says: /Error: \S+ is read-only: it may be a replica\. The last secret is saved in .+ instead\.\nHint: Use the address of the primary server, in ORKEYS_SHARE_URL or with: orkeys share join\. Run the same command again\./,
  },
  'the right to write is taken away (42501)': {
    begin: ({ database }) => void server.sql(`REVOKE INSERT ON orkeys.line FROM ${MEMBER}`, database),
    end: ({ database }) => void server.sql(`GRANT INSERT ON orkeys.line TO ${MEMBER}`, database),
    code: 6,
    says: /Error: .*permission denied for table line\. The last secret is saved in .+ instead\.\nHint: Whoever administers the database can run what this prints: orkeys share sql/,
  },
};

/** A world that reaches its database with a role of its own. */
async function openMembersWorld(options: Parameters<typeof openSharedWorld>[1]): Promise<SharedWorld> {
  const world = await openSharedWorld(server, options);
  server.sql(
    `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${MEMBER}') THEN CREATE ROLE ${MEMBER} LOGIN PASSWORD '${PG_PASSWORD}'; END IF; END $$;
     GRANT USAGE ON SCHEMA orkeys TO ${MEMBER}; GRANT ALL ON ALL TABLES IN SCHEMA orkeys TO ${MEMBER}`,
    world.database,
  );
  const marker = join(world.folder, 'shared.json');
  writeFileSync(marker, readFileSync(marker, 'utf8').replace(`${PG_USER}@`, `${MEMBER}@`));
  return world;
}

/** One run that meets a fault at its second create, then one that does not. */
async function meet(fault: Fault, phase: string): Promise<void> {
  let creates = 0;
  const world: SharedWorld = await openMembersWorld({
    people: 4,
    onEvent: async (at, { route }) => {
      if (route !== 'POST /keys' || at !== phase) return;
      creates += 1;
      if (creates === 2) await fault.begin(world);
    },
  });
  const { code, stderr } = await world.run([...world.provision, '--concurrency', '1']);
  await fault.end(world);
  expect(code, stderr).toBe(fault.code);
  if (fault.says) expect(stderr).toMatch(fault.says);
  const sent = () => world.server.requests.filter(({ route }) => route === 'POST /keys').length;
  // After a line that could not be saved, nothing more is created.
  expect(sent()).toBe(code === 0 ? 4 : 2);
  await runAgain(world);
  await world.close();
}

/** This process goes on, so the lock that its run could not release ends by time. */
async function runAgain(world: SharedWorld): Promise<void> {
  server.sql(`UPDATE orkeys.lock SET held_until = now() - interval '1 s' WHERE held_until IS NOT NULL`, world.database);
  const { code, stderr } = await world.run(world.provision);
  expect(code, stderr).toBe(0);
  await checkEverybodyHasOne(world);
  expect(existsSync(join(world.home, '.orkeys')) ? readdirSync(join(world.home, '.orkeys')) : ['.gitignore']).toEqual([
    '.gitignore',
  ]);
}

describe.skipIf(WITHOUT_POSTGRES)(`while keys are created${WITHOUT_POSTGRES}`, () => {
  test.each(
    Object.entries(FAULTS).flatMap(([name, fault]) => [
      [name, 'before a key is made', 'received', fault] as const,
      [name, 'when a secret is on its way', 'committed', fault] as const,
    ]),
  )(
    '%s %s: nothing is lost, and after one more run everybody has one key',
    async (_, __, phase, fault) => meet(fault, phase),
    120_000,
  );

  test.each([
    ['for a moment', 1.2, 0],
    ['for long', 60, 6],
  ])(
    'statements take longer than the database allows (57014), %s',
    async (_, seconds, code) => {
      let holder: Database | undefined;
      let held: Promise<unknown> = Promise.resolve();
      await meet(
        {
          begin: async ({ database }) => {
            setting(`ALTER ROLE ${MEMBER} SET statement_timeout = '400ms'`)();
            holder = openTestDatabase(server, { timeoutMs: 100_000, database });
            held = holder
              .query(`DO $$ BEGIN LOCK TABLE orkeys.line; PERFORM pg_sleep(${seconds}); END $$`)
              .catch(nothing);
            await expect
              .poll(() =>
                server.sql(`SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted`, database),
              )
              .toMatch(/^[1-9]/);
          },
          end: async () => {
            server.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DO $$ BEGIN LOCK%'`);
            await held;
            await holder?.close();
            setting(`ALTER ROLE ${MEMBER} RESET statement_timeout`)();
          },
          code,
          ...(code === 0
            ? {}
            : {
                says: /did not finish in time: canceling statement due to statement timeout\. .+\nHint: Something there holds it up/,
              }),
        },
        'committed',
      );
    },
    120_000,
  );

  test('its disk is full (53100): the run ends, and goes on when there is room', async (context) => {
    const disk = mountSmallDisk(2_000_000, 'tmpfs', join(server.folder, 'small'));
    if (disk === undefined) return context.skip('this machine does not allow to mount a small disk');
    const { uid, gid } = statSync(server.folder);
    chownSync(disk, uid, gid);
    let creates = 0;
    const world: SharedWorld = await openSharedWorld(server, {
      people: 12,
      onEvent: (at, { route }) => {
        if (route !== 'POST /keys' || at !== 'received') return;
        creates += 1;
        if (creates === 1) fill(world.database);
      },
    });
    server.sql(`CREATE TABLESPACE small LOCATION '${disk}'`);
    server.sql('ALTER TABLE orkeys.line SET TABLESPACE small', world.database);
    onTestFinished(() => {
      server.sql(`DROP DATABASE ${world.database} WITH (FORCE)`);
      server.sql('DROP TABLESPACE small');
    });
    const { code, stderr } = await world.run([...world.provision, '--concurrency', '1']);
    expect(code, stderr).toBe(6);
    expect(stderr).toMatch(
      /Error: \S+: the disk of the database is full\..*\nHint: Free up disk space.* [Rr]un the same command again/,
    );
    expect(creates).toBeLessThan(12);
    server.sql('DROP TABLE filler', world.database);
    await runAgain(world);
    await world.close();
  }, 120_000);
});

const DAY = 86_400_000;

describe.skipIf(WITHOUT_POSTGRES)(`members who differ${WITHOUT_POSTGRES}`, () => {
  test('one with the management key of another account is refused before anything is sent', async () => {
    const world = await openSharedWorld(server);
    expect((await world.run(world.provision)).code).toBe(0);
    world.writeRoster([0, 1, 2, 3]);
    world.server.setRules(({ route }) => (route === 'GET /key' ? { edit: ofAnotherAccount } : undefined));
    const { code, stderr } = await world.run(world.provision);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^Error: postgres:\S+ \(journal\) belongs to a different account than this management key\.\nHint: Use the management key of that account, /m,
      ),
    ]);
    expect(world.server.requests.filter(({ route }) => route === 'POST /keys')).toHaveLength(3);
    world.server.setRules(() => undefined);
    await runAgain(world);
    await world.close();
  }, 120_000);

  test.each([
    ['ahead', DAY],
    ['behind', -DAY],
  ])(
    'one whose clock is a day %s takes no lock that is held, and what it left in doubt is settled by others',
    async (_, skew) => {
      const world = await openSharedWorld(server, { people: 4 });
      const other = await joinedWorld(world, 'Anna');
      const wrong = (args: readonly string[]) =>
        orkeys(args, { cwd: other.cwd, home: other.home, env: other.env, now: () => new Date(Date.now() + skew) });
      server.sql(
        `UPDATE orkeys.lock SET epoch = epoch + 1, held_until = now() + interval '60 s', holder = '{"run":"r","member":"Ilze","host":"x","command":"sync"}'`,
        world.database,
      );
      expect((await wrong(other.provision)).code).toBe(7);
      server.sql('UPDATE orkeys.lock SET held_until = NULL, holder = NULL', world.database);
      // The second answer is lost after the key was made, and the list cannot be read then: it stays in doubt.
      let isInDoubt = false;
      world.server.setRules(({ route, nth }) => {
        if (route === 'GET /keys') return isInDoubt ? html(500) : undefined;
        if (route !== 'POST /keys' || nth !== 2) return undefined;
        isInDoubt = true;
        return resetAfterCommit;
      });
      const doubtful = await wrong([...other.provision, '--retries', '0']);
      expect([doubtful.code, world.server.livingByPerson(PREFIX).size], doubtful.stderr).toEqual([5, 4]);
      world.server.setRules(() => undefined);
      await runAgain(world);
      const again = await wrong(other.provision);
      expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('Created 0 keys')]);
      await checkEverybodyHasOne(other);
      await other.close();
      await world.close();
    },
    60_000,
  );
});

function ofAnotherAccount(body: unknown): unknown {
  const { data } = body as { data: object };
  return { data: { ...data, creator_user_id: 'user_other', organization_id: 'org_other' } };
}

/** Takes what the disk has left; what a statement took stays taken when it fails. */
function fill(database: string): void {
  server.sql('CREATE TABLE filler (x text) TABLESPACE small; ALTER TABLE filler ALTER x SET STORAGE PLAIN', database);
  const all = `DO $$ BEGIN LOOP INSERT INTO filler VALUES (repeat('x', 7000)); END LOOP; EXCEPTION WHEN disk_full THEN NULL; END $$`;
  server.sql(all, database);
}
