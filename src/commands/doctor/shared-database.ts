import type { Context } from '../../context.ts';
import { EXIT } from '../../errors.ts';
import type { Database } from '../../postgres/database.ts';
import { lookAtLeases } from '../../postgres/lease.ts';
import { missingRights } from '../../postgres/rights.ts';
import { formatDuration } from '../../terminal/time.ts';
import type { LogName } from '../../workshop/log-keeper.ts';
import { holderOf } from '../../workshop/shared-holder.ts';
import { databaseAddress, explained, openShared, type SharedWorkshop } from '../../workshop/shared-workshop.ts';
import { type Finding, ok, warning } from './checks.ts';

const LOGS: readonly LogName[] = ['journal', 'usage', 'handouts'];
/** ms; below it, nobody would notice */
const NOTICEABLE_SKEW = 120_000;

/** Which server keeps a shared workshop, how it is reached, and whether what this computer may do and knows is enough. Takes no lock. */
export async function lookAtSharedDatabase(folder: string, ctx: Context): Promise<Finding> {
  const shared = await openShared(folder, ctx);
  const { database, marker } = shared;
  const { version, readOnly } = await database.facts();
  const { latencyMs, aheadMs } = await measure(database, ctx);
  const { tls, user } = databaseAddress(marker.url, ctx);
  const says = [
    `${database.where}, PostgreSQL ${Math.floor(version / 10_000)}.${version % 10_000}`,
    tls === 'verified' ? 'TLS with a verified certificate' : 'no TLS, on this computer',
    `${latencyMs} ms away`,
    await linesText(shared),
  ].join('; ');
  const missing = await explained(database, missingRights(database));
  if (readOnly) return warning(`${says}; read-only: it may be a replica`, 'Use the address of the primary server.');
  if (missing.length > 0) {
    return {
      verdict: 'problem',
      says: `${says}; the role ${user} lacks rights: ${missing.join(', ')}`,
      next: 'Whoever administers the database can run what this prints: orkeys share sql',
      exit: EXIT.CANNOT_SAVE,
    };
  }
  if (Math.abs(aheadMs) < NOTICEABLE_SKEW) return ok(`${says}; clocks match`);
  return warning(
    `${says}; this computer's clock is ${formatDuration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} that of the database`,
    "Correct this computer's clock, ideally by turning on automatic network time.",
  );
}

/** Who uses a shared workshop now. Takes no lock. */
export async function lookAtSharedLock(folder: string, ctx: Context): Promise<Finding> {
  const { database, row } = await openShared(folder, ctx);
  const locks = await explained(database, lookAtLeases(database, row.id));
  for (const state of locks.values()) {
    const holder = state.held ? holderOf(state) : undefined;
    if (!holder) continue;
    const { member, command, host, since } = holder;
    return warning(`in use by ${member} (orkeys ${command} on ${host}) since ${since}`, 'Wait for it to finish.');
  }
  return ok('free');
}

/** How long an answer takes, and how far the clock of this computer is ahead. */
async function measure(database: Database, ctx: Context): Promise<{ latencyMs: number; aheadMs: number }> {
  const began = performance.now();
  const [row] = await explained(database, database.query('SELECT clock_timestamp() AS now'));
  const latencyMs = Math.round(performance.now() - began);
  const aheadMs = row?.now instanceof Date ? ctx.now().getTime() - latencyMs / 2 - row.now.getTime() : 0;
  return { latencyMs, aheadMs };
}

async function linesText({ log }: SharedWorkshop): Promise<string> {
  let stored = 0;
  let missing = 0;
  for (const name of LOGS) {
    const seen = Math.max(0, (await log(name).mirrored()).bodies.length - 1);
    await log(name).read();
    stored += log(name).length;
    missing += Math.max(0, log(name).length - seen);
  }
  return `${stored} lines, ${missing === 0 ? 'all' : stored - missing} of them saved here too`;
}
