import type { Context } from '../../context.ts';
import { lookAtLeases } from '../../postgres/lease.ts';
import { holderOf } from '../../workshop/shared-holder.ts';
import { explained, openShared } from '../../workshop/shared-workshop.ts';
import { type Finding, ok, warning } from './checks.ts';

/** Who uses a shared workshop now, and which server keeps it. Takes no lock. */
export async function lookAtSharedLock(folder: string, ctx: Context): Promise<Finding> {
  const { database, row } = await openShared(folder, ctx);
  const locks = await explained(database, lookAtLeases(database, row.id));
  const { version } = await database.facts();
  const server = `shared in ${database.where}, PostgreSQL ${Math.floor(version / 10_000)}.${version % 10_000}`;
  for (const state of locks.values()) {
    const holder = state.held ? holderOf(state) : undefined;
    if (!holder) continue;
    const { member, command, host, since } = holder;
    return warning(
      `${server}; in use by ${member} (orkeys ${command} on ${host}) since ${since}`,
      'Wait for it to finish.',
    );
  }
  return ok(`free; ${server}`);
}
