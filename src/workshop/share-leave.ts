import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { cannotSaveError, usageError } from '../errors.ts';
import { writePrivateFile } from '../files/private-file.ts';
import { removeTree } from '../files/remove-tree.ts';
import type { Lease } from '../postgres/lease.ts';
import { LOCK_NAMES } from '../postgres/lease.ts';
import { closeWorkshop, deleteUnready, readWorkshopRow } from '../postgres/workshops.ts';
import { GUARDED_FILES, LOG_FILES, prepareFolder, RESULT_FILES } from './folder-keeper.ts';
import type { LogName } from './log-keeper.ts';
import { readIfExists } from './read-if-exists.ts';
import { aboutThisRun } from './shared-holder.ts';
import { findWorkshopKey } from './shared-key.ts';
import { readMarker, SHARED_FILE, SHARED_KEY_FILE, type SharedMarker, writeMarker } from './shared-marker.ts';
import { MIRROR_FILE } from './shared-mirror.ts';
import {
  explained,
  forgetShared,
  noWorkshop,
  reachJoined,
  type SharedWorkshop,
  sharedWorkshop,
} from './shared-workshop.ts';

const LOGS: readonly LogName[] = ['journal', 'usage', 'handouts'];

export async function markerToLeave(folder: string, prefix: string): Promise<SharedMarker> {
  const marker = await readMarker(folder);
  if (marker) return marker;
  throw usageError('not_shared', `${prefix} is not a shared workshop.`, { hint: 'Share it with: orkeys share start' });
}

/** Forgets here that a workshop is shared. The database and the other members keep it. */
export async function leaveSharing(folder: string, ctx: Context): Promise<void> {
  // The marker first: without it, nothing reads the rest.
  await removeTree(join(folder, SHARED_FILE), ctx);
  await removeTree(join(folder, SHARED_KEY_FILE), ctx);
  for (const name of await readdir(folder)) {
    if (MIRROR_FILE.test(name)) await removeTree(join(folder, name), ctx);
  }
  forgetShared(folder, ctx);
}

/** Undoes a start that did not end: the files were never given up. Throws when the database has the workshop wholly. */
export async function undoStart(folder: string, marker: SharedMarker, ctx: Context): Promise<void> {
  const database = await reachJoined(marker, ctx);
  const { schema } = await database.facts();
  const row = schema === null ? undefined : await explained(database, readWorkshopRow(database, marker.workshop));
  if (row?.ready) {
    throw usageError('share_unfinished', `${marker.prefix} is in ${database.where} already.`, {
      hint: `Finish with: orkeys share start --prefix ${marker.prefix}`,
    });
  }
  if (row) await explained(database, deleteUnready(database, marker.workshop));
  await leaveSharing(folder, ctx);
}

/**
 * Takes a workshop out of the database, back into files here: for everybody. Locks everything, writes the files, compares them, closes the
 * workshop in the database, and only then forgets here that it was shared. Killed anywhere, the next call finishes.
 */
export async function moveOut(
  where: { outRoot: string; folder: string },
  marker: SharedMarker,
  ctx: Context,
): Promise<Record<LogName, number>> {
  const { outRoot, folder } = where;
  await prepareFolder({ outRoot, folder, files: RESULT_FILES, guarded: GUARDED_FILES }, ctx);
  const database = await reachJoined(marker, ctx);
  const row = await explained(database, readWorkshopRow(database, marker.workshop));
  if (!row) throw noWorkshop(database, marker);
  if (row.closed === null) {
    const key = await findWorkshopKey(folder, row, database, ctx);
    const shared = sharedWorkshop({ folder, marker, row, database, key }, ctx);
    await whileAllHeld(shared, async () => {
      await refuseFiles(folder, marker);
      await writeMarker(folder, { ...marker, state: 'leaving' }, ctx);
      for (const log of LOGS) await writeLog(shared, log, ctx);
      await explained(
        database,
        closeWorkshop(database, marker.workshop, await aboutThisRun('share leave', marker.member, ctx)),
      );
    });
  } else if (marker.state !== 'leaving') throw closedError(marker);
  const counts = { journal: 0, usage: 0, handouts: 0 };
  for (const log of LOGS)
    counts[log] =
      Buffer.from((await readIfExists(join(folder, LOG_FILES[log]))) ?? [])
        .toString()
        .split('\n').length - 1;
  await leaveSharing(folder, ctx);
  return counts;
}

async function whileAllHeld(shared: SharedWorkshop, work: () => Promise<void>): Promise<void> {
  const leases: Lease[] = [];
  try {
    for (const name of LOCK_NAMES) leases.push(await shared.take(name, 'share leave'));
    await work();
  } finally {
    for (const lease of leases) await lease.release();
  }
}

/** Files of an interrupted call are written anew; others are somebody's. */
async function refuseFiles(folder: string, { state }: SharedMarker): Promise<void> {
  const own = Object.values(LOG_FILES).find((name) => existsSync(join(folder, name)));
  if (own === undefined || state === 'leaving') return;
  throw usageError('share_forked', `${folder} has ${own} already. Nothing was changed.`, {
    hint: `Move ${own} elsewhere, then run the same command again.`,
  });
}

async function writeLog(shared: SharedWorkshop, log: LogName, ctx: Context): Promise<void> {
  const bytes = await shared.log(log).read();
  if (bytes.length === 0) return;
  const path = join(shared.folder, LOG_FILES[log]);
  await writePrivateFile(path, bytes, ctx);
  const written = await readIfExists(path);
  if (written && Buffer.compare(written, bytes) === 0) return;
  throw cannotSaveError('output_not_saved', `${path} does not hold what was written.`, { hint: 'Check the disk.' });
}

function closedError({ prefix }: SharedMarker): Error {
  return usageError('share_closed', `${prefix} was taken out of the database by somebody else.`, {
    hint: `Forget it here with: orkeys share leave ${prefix}`,
  });
}
