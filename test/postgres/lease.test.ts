import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { CliError, EXIT } from '../../src/errors.ts';
import { LEASE_TIMES, type Lease, type LeaseRequest, lookAtLeases, takeLease } from '../../src/postgres/lease.ts';
import { appendBodies, readStoredLog } from '../../src/postgres/line-store.ts';
import { createWorkshop } from '../../src/postgres/workshops.ts';
import { hashOfBody } from '../../src/sealed-log/sealed-line.ts';
import { openTestDatabase, usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';

const server = usePostgres();

const SLOT = { id: 1, label: 'x', salt: Buffer.of(1), n: 2, r: 1, p: 1, wrapped: Buffer.of(1) };
const FIRST = Buffer.from('mark');

async function newWorkshop(): Promise<string> {
  const id = randomUUID();
  await createWorkshop(server.database, { id, prefix: id, account: undefined, version: 1 }, SLOT);
  await server.database.query(
    `INSERT INTO orkeys.line (workshop, log, generation, seq, epoch, body) VALUES ($1, 'journal', 1, 0, 0, $2)`,
    [id, FIRST],
  );
  return id;
}

function take(workshop: string, more: Partial<LeaseRequest> = {}): Promise<Lease | undefined> {
  return takeLease({
    database: server.database,
    ...{ workshop, name: 'journal', run: randomBytes(4).toString('hex'), holder: {}, ended: [], times: LEASE_TIMES },
    now: () => new Date(),
    lostError: () => new CliError('share_taken_over', EXIT.LOCKED, 'taken over'),
    ...more,
  });
}

async function held(workshop: string, more: Partial<LeaseRequest> = {}): Promise<Lease> {
  const lease = await take(workshop, more);
  if (!lease) throw new Error('The lock is not free.');
  return lease;
}

function append(
  workshop: string,
  { epoch, generation }: Lease,
  seq: number,
  before: Uint8Array,
  database = server.database,
) {
  const body = Buffer.from(`line ${seq} of ${epoch}`);
  return appendBodies(database, { workshop, log: 'journal', generation, epoch }, [{ seq, body }], hashOfBody(before));
}

function expire(workshop: string): void {
  server.sql(
    `UPDATE orkeys.lock SET held_until = now() - interval '1 s' WHERE workshop = '${workshop}' AND held_until IS NOT NULL`,
  );
}

describe.skipIf(WITHOUT_POSTGRES)(`a lock in the database${WITHOUT_POSTGRES}`, () => {
  test('one run has it; a second gets nothing until it is released', async () => {
    const workshop = await newWorkshop();
    const first = await held(workshop);
    expect(await take(workshop)).toBeUndefined();
    await first.release();
    expect((await held(workshop)).epoch).toBeGreaterThan(first.epoch);
  });

  test.each([2, 3, 8])('of %i runs at the same time exactly one gets it', async (count) => {
    const workshop = await newWorkshop();
    const databases = Array.from({ length: count }, () => openTestDatabase(server));
    const taken = await Promise.all(databases.map((database) => take(workshop, { database })));
    expect(taken.filter((lease) => lease !== undefined)).toHaveLength(1);
    for (const database of databases) await database.close();
  });

  test('locks of other names and of other workshops are free meanwhile', async () => {
    const workshop = await newWorkshop();
    await held(workshop);
    await held(workshop, { name: 'usage' });
    await held(await newWorkshop());
  });

  test('after its end it is taken over, and the run before adds nothing and learns it', async () => {
    const workshop = await newWorkshop();
    const old = await held(workshop, { times: { ...LEASE_TIMES, freshMs: 0 } });
    expire(workshop);
    const next = await held(workshop);
    expect(await append(workshop, old, 1, FIRST)).toBe(0);
    expect(await append(workshop, next, 1, FIRST)).toBe(1);
    expect((await old.lost())?.code).toBe('share_taken_over');
    await old.release();
    expect((await lookAtLeases(server.database, workshop)).get('journal')).toMatchObject({
      epoch: next.epoch,
      held: true,
    });
  });

  test('a run of before an older copy of the database was restored has no lock that a later run gets', async () => {
    const workshop = await newWorkshop();
    const copy = server.sql(`SELECT epoch FROM orkeys.lock WHERE workshop = '${workshop}' AND name = 'journal'`).trim();
    const old = await held(workshop, { times: { ...LEASE_TIMES, freshMs: 0 } });
    server.sql(
      `UPDATE orkeys.lock SET epoch = ${copy}, holder = NULL, held_until = NULL WHERE workshop = '${workshop}'`,
    );
    const next = await held(workshop);
    expect(await append(workshop, old, 1, FIRST)).toBe(0);
    expect((await old.lost())?.code).toBe('share_taken_over');
    expect(await append(workshop, next, 1, FIRST)).toBe(1);
  });

  test('a lock that nobody took is renewed after its end, and nobody can take it then', async () => {
    const workshop = await newWorkshop();
    const lease = await held(workshop, { times: { ...LEASE_TIMES, freshMs: 0 } });
    expire(workshop);
    expect(await lease.lost()).toBeUndefined();
    expect(await take(workshop)).toBeUndefined();
  });

  test('it is renewed while its run does something else', async () => {
    const workshop = await newWorkshop();
    await held(workshop, { times: { holdMs: 900, renewMs: 100, freshMs: 40_000 } });
    await wait(1500);
    expect(await take(workshop)).toBeUndefined();
  });

  test('a run that has certainly ended is taken over at once, and no other', async () => {
    const workshop = await newWorkshop();
    await held(workshop, { run: 'dead' });
    expect(await take(workshop, { ended: ['other'] })).toBeUndefined();
    expect(await take(workshop, { ended: ['dead'] })).toBeDefined();
  });

  test.each([
    ['forward', 86_400_000],
    ['back', -86_400_000],
  ])('a clock that is set %s by a day makes it look again before anything is sent', async (_, ms) => {
    const workshop = await newWorkshop();
    let now = Date.now();
    const lease = await held(workshop, { now: () => new Date(now) });
    expire(workshop);
    await held(workshop);
    expect(await lease.lost()).toBeUndefined();
    now += ms;
    expect((await lease.lost())?.code).toBe('share_taken_over');
  });

  test('a take-over waits for an append that is under way, and sees its line', async () => {
    const workshop = await newWorkshop();
    // At its end already, so that it can be taken.
    const old = await held(workshop, { times: { holdMs: 1, renewMs: 60_000, freshMs: 40_000 } });
    const [slow, other] = [openTestDatabase(server), openTestDatabase(server)];
    await slow.query('SELECT 1');
    const began = performance.now();
    // The same statement, kept open for a while.
    const appending = slow.query(
      `WITH mine AS MATERIALIZED (SELECT 1 FROM orkeys.lock WHERE workshop = '${workshop}' AND name = 'journal' AND epoch = ${old.epoch} FOR SHARE),
       slept AS MATERIALIZED (SELECT pg_sleep(0.7) FROM mine)
       INSERT INTO orkeys.line (workshop, log, generation, seq, epoch, body) SELECT '${workshop}', 'journal', 1, 1, ${old.epoch}, 'late' FROM slept`,
    );
    await wait(200);
    const taken = await held(workshop, { database: other });
    expect(performance.now() - began).toBeGreaterThan(650);
    await appending;
    const stored = await readStoredLog(other, { workshop, log: 'journal' }, { generation: 1, seq: 0 });
    expect(stored?.bodies.map(({ seq }) => seq)).toEqual([0, 1]);
    expect(await append(workshop, old, 2, Buffer.from('late'))).toBe(0);
    expect(await append(workshop, taken, 2, Buffer.from('late'), other)).toBe(1);
    await slow.close();
    await other.close();
  });
});

describe.skipIf(WITHOUT_POSTGRES)(`an append to the database${WITHOUT_POSTGRES}`, () => {
  test('sent again adds nothing, and changes nothing', async () => {
    const workshop = await newWorkshop();
    const lease = await held(workshop);
    expect(await append(workshop, lease, 1, FIRST)).toBe(1);
    expect(await append(workshop, lease, 1, FIRST)).toBe(0);
    const other = [{ seq: 1, body: Buffer.from('other') }];
    const fenced = { workshop, log: 'journal', generation: 1, epoch: lease.epoch };
    expect(await appendBodies(server.database, fenced, other, hashOfBody(FIRST))).toBe(0);
    const stored = await readStoredLog(server.database, fenced, { generation: 1, seq: 1 });
    expect(stored?.bodies.map(({ body }) => String(body))).toEqual([`line 1 of ${lease.epoch}`]);
  });

  test('adds nothing where the line before it is missing or is another one', async () => {
    const workshop = await newWorkshop();
    const lease = await held(workshop);
    expect(await append(workshop, lease, 3, FIRST)).toBe(0);
    expect(await append(workshop, lease, 1, Buffer.from('another'))).toBe(0);
    expect(await append(workshop, lease, 1, FIRST)).toBe(1);
  });
});
