import type { Context } from '../../context.ts';
import { CliError, EXIT } from '../../errors.ts';
import type { AccountKey } from '../../keys/account-key.ts';
import type { UsageEntry } from '../../usage/usage-entry.ts';
import {
  emptyWatchMemory,
  foldRecorded,
  foldWatchEntry,
  type NoticeChange,
  type WatchMemory,
  watchEntries,
} from '../../usage/watch-log.ts';
import type { WatchReading } from '../../usage/watch-step.ts';
import type { KnownKeys } from '../../workshop/known-keys.ts';
import { ownerOf } from '../../workshop/known-keys.ts';
import { openSideLog, readSideLog, type SideLogFormat } from '../../workshop/side-log.ts';
import { USAGE_LOG } from '../../workshop/usage-log.ts';
import type { WorkshopId } from '../../workshop/workshop-id.ts';

/** What earlier watches of this workshop recorded. `totalSince`: as in WatchConfig. */
export function readMemory(id: WorkshopId, totalSince: number | undefined, ctx: Context): Promise<WatchMemory> {
  const format: SideLogFormat<UsageEntry, WatchMemory> = {
    ...USAGE_LOG,
    emptyState: () => emptyWatchMemory(totalSince),
    fold: foldWatchEntry,
  };
  return readSideLog(id, format, ctx);
}

/**
 * Appends a reading and what was told to usage.jsonl, so that the next watch goes on from here. Returns why it could not: the
 * watch goes on with what it remembers, and tries it again with the next reading.
 */
export async function remember(
  id: WorkshopId,
  reading: WatchReading,
  notices: readonly NoticeChange[],
  known: KnownKeys,
  ctx: Context,
): Promise<string | undefined> {
  try {
    const log = await openSideLog(id, { ...USAGE_LOG, fold: foldRecorded }, 'watch', ctx);
    try {
      const personOf = (key: AccountKey) => ownerOf(key, known)?.held.person ?? null;
      for (const entry of watchEntries(log.state, reading, notices, personOf)) await log.append(entry);
    } finally {
      await log.close();
    }
    return undefined;
  } catch (error) {
    if (error instanceof CliError && (error.exitCode === EXIT.LOCKED || error.exitCode === EXIT.CANNOT_SAVE))
      return error.message;
    throw error;
  }
}
