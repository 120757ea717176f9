import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Database } from '../../src/postgres/database.ts';
import { LEASE_TIMES, type LeaseTimes } from '../../src/postgres/lease.ts';
import { createWorkshop, markReady } from '../../src/postgres/workshops.ts';
import { newWorkshopKey } from '../../src/sealed-log/password-slot.ts';
import { copyAll } from '../../src/workshop/share-copy.ts';
import { type SharedWorkshop, sharedWorkshop } from '../../src/workshop/shared-workshop.ts';
import { temporaryFolder } from '../support/cli.ts';
import { createTestContext } from '../support/context.ts';
import { openTestDatabase, type TestPostgres } from '../support/postgres.ts';

const SLOT = { id: 1, label: 'x', salt: Buffer.of(1), n: 2, r: 1, p: 1, wrapped: Buffer.of(1) };

/** A shared workshop with some lines, and as many members as wanted, each on a computer of its own. Call it inside a test. */
export async function useSharedWorkshop(server: TestPostgres, journal: readonly string[] = ['first', 'second']) {
  const workshop = randomUUID();
  const key = newWorkshopKey(randomBytes);
  const row = { id: workshop, prefix: workshop, account: undefined, version: 1 };
  await createWorkshop(server.database, row, SLOT);
  await markReady(server.database, workshop, SLOT, 'always');
  const members: Database[] = [];
  onTestFinished(async () => {
    for (const database of members) await database.close();
  });
  const member = ({
    port = server.port,
    times = LEASE_TIMES,
    timeoutMs = 10_000,
    folder = temporaryFolder(),
  }: {
    port?: number;
    times?: LeaseTimes;
    timeoutMs?: number;
    folder?: string;
  } = {}): SharedWorkshop => {
    const database = openTestDatabase({ port }, { timeoutMs });
    members.push(database);
    const ctx = { ...createTestContext({ cwd: folder }), sleep: (ms: number) => wait(Math.min(ms, 300)) };
    const marker = { url: '', workshop, prefix: workshop, member: 'x', state: 'joined', files: true } as const;
    return sharedWorkshop(
      { folder, marker, row: { ...row, ready: true, closed: null, members: 1 }, database, key },
      ctx,
      times,
    );
  };
  await copyAll(member(), { journal, usage: [], handouts: [] });
  return {
    workshop,
    key,
    member,
    /** a run that takes the lock of a log and opens it */
    async open(shared: SharedWorkshop, log: 'journal' | 'usage' = 'journal') {
      const lease = await shared.take(log, 'test');
      const opened = await shared.log(log).open(lease);
      onTestFinished(() => opened.close());
      return { lease, log: opened };
    },
    lines: async (shared: SharedWorkshop = member()) => textLines(await shared.log('journal').read()),
  };
}

export function textLines(bytes: Uint8Array): string[] {
  return Buffer.from(bytes).toString().split('\n').slice(0, -1);
}
