import { join } from 'node:path';
import type { Context } from '../context.ts';
import { writePrivateFile } from '../files/private-file.ts';
import { removeLeftovers } from '../files/temporary.ts';
import type { Lease } from '../postgres/lease.ts';
import { backupName, GUARDED_FILES, prepareFolder, RESULT_FILES } from './folder-keeper.ts';
import type { LogKeeper, LogName, OpenKeeper, OpenSideLog } from './log-keeper.ts';
import { SHARED_FILE, SHARED_KEY_FILE } from './shared-marker.ts';
import { openShared, type SharedWorkshop } from './shared-workshop.ts';

interface Where {
  outRoot: string;
  folder: string;
}

const FILES: readonly string[] = [...RESULT_FILES, SHARED_FILE, SHARED_KEY_FILE];
const GUARDED: readonly string[] = [...GUARDED_FILES, SHARED_FILE, SHARED_KEY_FILE];

/** Keeps the logs of a workshop in a PostgreSQL database, encrypted, for several people. Results are written here all the same. */
export function createSharedKeeper({ outRoot, folder }: Where): LogKeeper {
  const prepare = (ctx: Context) => prepareFolder({ outRoot, folder, files: FILES, guarded: GUARDED }, ctx);
  return {
    async read(log, ctx) {
      const bytes = await (await openShared(folder, ctx)).log(log).read();
      return bytes.length === 0 ? undefined : bytes;
    },
    async open(command, ctx) {
      const warnings = await prepare(ctx);
      const shared = await openShared(folder, ctx);
      const lease = await shared.take('journal', command);
      try {
        await removeLeftovers(folder, ctx);
      } catch (error) {
        await lease.release();
        throw error;
      }
      return openKeeper(shared, lease, [...warnings, sharedNote(shared)], command, ctx);
    },
    async hold(work, ctx) {
      const shared = await openShared(folder, ctx);
      return shared.take(work, work);
    },
    async openSideLog(log, command, ctx): Promise<OpenSideLog> {
      const warnings = await prepare(ctx);
      const shared = await openShared(folder, ctx);
      const lease = await shared.take(log, command);
      try {
        const open = await shared.log(log).open(lease);
        return {
          ...open,
          warnings,
          replace: async (bytes) => {
            await open.close();
            return replaceLog(shared, log, bytes, lease, ctx);
          },
          close: async () => {
            await open.close();
            await lease.release();
          },
        };
      } catch (error) {
        await lease.release();
        throw error;
      }
    },
  };
}

function openKeeper(
  shared: SharedWorkshop,
  lease: Lease,
  warnings: readonly string[],
  command: string,
  ctx: Context,
): OpenKeeper {
  const closing: (() => Promise<void>)[] = [];
  /** Each log has a lock of its own. */
  const leases = new Map<LogName, Lease>([['journal', lease]]);
  const leaseOf = async (log: LogName) => {
    const held = leases.get(log) ?? (await shared.take(log, command));
    leases.set(log, held);
    return held;
  };
  return {
    writesResults: shared.marker.files,
    warnings,
    openLog: async (log) => {
      const open = await shared.log(log).open(await leaseOf(log));
      closing.unshift(() => open.close());
      return open;
    },
    replaceLog: async (log, bytes) => replaceLog(shared, log, bytes, await leaseOf(log), ctx),
    overwriteLog: async (log, bytes) => {
      // Windows does not replace a file that is open: the mirror.
      for (const close of closing.splice(0)) await close();
      await shared.log(log).replace(bytes, await leaseOf(log));
    },
    lockSideLog: async (log) => void (await leaseOf(log)),
    stillHeld: () => lease.lost(),
    close: async () => {
      for (const close of closing.splice(0)) await close();
      for (const held of leases.values()) await held.release();
    },
  };
}

async function replaceLog(
  shared: SharedWorkshop,
  log: LogName,
  bytes: Uint8Array,
  lease: Lease,
  ctx: Context,
): Promise<string | undefined> {
  const before = await shared.log(log).read();
  const backup = before.length > 0 ? join(shared.folder, backupName(log, ctx)) : undefined;
  if (backup !== undefined) await writePrivateFile(backup, before, ctx);
  await shared.log(log).replace(bytes, lease);
  return backup;
}

function sharedNote({ database, row }: SharedWorkshop): string {
  const people = row.members === 1 ? '1 password' : `${row.members} passwords`;
  return `${row.prefix} is shared in ${database.where} (${people}).`;
}
