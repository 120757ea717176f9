import { CliError, EXIT } from '../../../src/errors.ts';
import type { Database } from '../../../src/postgres/database.ts';
import { LEASE_TIMES, takeLease } from '../../../src/postgres/lease.ts';
import { readStoredLog } from '../../../src/postgres/line-store.ts';
import { createWorkshop, markReady } from '../../../src/postgres/workshops.ts';
import { newWorkshopKey } from '../../../src/sealed-log/password-slot.ts';
import { type ChainOf, openChain, sealLines, startOf } from '../../../src/sealed-log/sealed-chain.ts';
import { SealedSink } from '../../../src/workshop/sealed-sink.ts';
import type { Chance } from './chance.ts';
import type { Process } from './scheduler.ts';
import type { JournalPlace } from './simulated-run.ts';
import type { SimulatedService } from './simulated-service.ts';

const SLOT = { id: 1, label: 'x', salt: Buffer.of(1), n: 2, r: 1, p: 1, wrapped: Buffer.of(1) };

/**
 * Gives a database a clock that the test sets: statements find this `now()` before the server's own. Sessions that begin later have it.
 */
export async function simulateClock(database: Database, name: string): Promise<void> {
  await database.query(
    [
      'CREATE SCHEMA simulated',
      'CREATE TABLE simulated.clock (at timestamptz NOT NULL)',
      'INSERT INTO simulated.clock VALUES (to_timestamp(0))',
      "CREATE FUNCTION simulated.now() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT at FROM simulated.clock'",
      `ALTER DATABASE ${name} SET search_path = simulated, pg_catalog`,
    ].join(';'),
  );
}

const SET_CLOCK = 'UPDATE simulated.clock SET at = to_timestamp($1)';

/** A workshop in a real database that several members use, with a clock, a network and processes that chance decides about. */
export interface SimulatedTeam {
  chance: Chance;
  service: SimulatedService;
  database: Database;
  chain: ChainOf;
}

export async function startTeam(chance: Chance, service: SimulatedService, database: Database): Promise<SimulatedTeam> {
  const workshop = Buffer.from(chance.bytes(16))
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  await database.query('DELETE FROM orkeys.workshop');
  await createWorkshop(database, { id: workshop, prefix: workshop, account: undefined, version: 1 }, SLOT);
  const chain = { key: newWorkshopKey((bytes) => chance.bytes(bytes)), workshop, log: 'journal' };
  const { bodies } = sealLines(chain, startOf(1), [], (bytes) => chance.bytes(bytes));
  for (const { seq, body } of bodies) {
    await database.query(
      `INSERT INTO orkeys.line (workshop, log, generation, seq, epoch, body) VALUES ($1, 'journal', 1, $2, 0, $3)`,
      [workshop, seq, body],
    );
  }
  await markReady(database, workshop, SLOT, 'always');
  return { chance, service, database, chain };
}

/** All lines, and the epochs that wrote them in the order of their numbers. Throws where the chain is broken. */
export async function readTeamJournal({ database, chain }: SimulatedTeam): Promise<{ text: Buffer; epochs: number[] }> {
  const bodies = (await readStoredLog(database, chain, { generation: -1, seq: 0 }))?.bodies ?? [];
  const rows = await database.query('SELECT epoch FROM orkeys.line WHERE workshop = $1 AND seq > 0 ORDER BY seq', [
    chain.workshop,
  ]);
  return { text: textOf(chain, bodies), epochs: rows.map(({ epoch }) => Number(epoch)) };
}

/** What a run of a member does around its work: takes the lock, reads the journal, gives the lock back. */
export async function asMember<T>(
  team: SimulatedTeam,
  home: Map<string, string>,
  process: Process,
  trouble: number,
  work: (place: JournalPlace) => Promise<T>,
): Promise<T> {
  const { chance, service, chain } = team;
  const database = overNetwork(team, process, trouble);
  const now = () => new Date(1_700_000_000_000 + service.clock);
  const lease = await takeLease({
    ...{ database, workshop: chain.workshop, name: 'journal', now, holder: {}, ended: [] },
    run: Buffer.from(chance.bytes(8)).toString('hex'),
    // No timer renews it: a run that is asked whether it still has the lock does.
    times: { ...LEASE_TIMES, renewMs: 2 ** 31 - 1 },
    lostError: () => new CliError('share_taken_over', EXIT.LOCKED, 'taken over'),
  });
  if (!lease) throw new CliError('locked', EXIT.LOCKED, 'Somebody else has it.');
  try {
    const stored = await readStoredLog(database, chain, { generation: -1, seq: 0 }).catch((error: unknown) => {
      throw database.explain(error);
    });
    const bodies = stored?.bodies ?? [];
    const opened = openChain(chain, startOf(1), bodies);
    if (opened.wrong !== undefined) throw new Error(`Line ${opened.wrong} does not follow.`);
    const sink = new SealedSink({
      ...{ database, lease, chain, end: opened.end, random: (bytes) => chance.bytes(bytes) },
      onStored: async () => undefined,
      sleep: async (ms) => {
        service.clock += ms;
        await process.step('pause between tries');
      },
    });
    const text = textOf(chain, bodies);
    const place: JournalPlace = {
      home,
      read: () => text,
      truncateTo: () => undefined,
      open: () => sink,
      stillHeld: () => lease.lost(),
    };
    return await work(place).finally(() => sink.close());
  } finally {
    await lease.release();
  }
}

/** A statement may be lost on its way, or its answer; between the two everything else may happen. */
function overNetwork({ chance, service, database }: SimulatedTeam, process: Process, trouble: number): Database {
  const isLost = () => chance.happens(trouble * 0.12);
  return {
    ...database,
    close: async () => undefined,
    query: async (text, values) => {
      const verb = /^(?:WITH.*?(?=INSERT|UPDATE|DELETE))?\s*(\w+)/s.exec(text)?.[1] ?? 'statement';
      await process.step(`${verb} sent`);
      if (isLost()) throw new Error('Connection terminated unexpectedly');
      const rows = await process.during(
        (async () => {
          if (/\bnow\(\)/.test(text)) await database.query(SET_CLOCK, [service.clock / 1000]);
          return database.query(text, values);
        })(),
      );
      await process.step(`${verb} done`);
      if (isLost()) throw new Error('Connection terminated unexpectedly');
      return rows;
    },
  };
}

function textOf(chain: ChainOf, bodies: Parameters<typeof openChain>[2]): Buffer {
  const opened = openChain(chain, startOf(1), bodies);
  if (opened.wrong !== undefined) throw new Error(`Line ${opened.wrong} does not follow.`);
  return Buffer.concat(opened.lines.flatMap((line) => [line, Buffer.from('\n')]));
}
