import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { databaseUrl } from '../postgres/share-url.ts';
import { findWorkshop } from '../postgres/workshops.ts';
import type { Secret } from '../secret.ts';
import { LOG_FILES, prepareFolder } from './folder-keeper.ts';
import { rememberJoined } from './joined-workshops.ts';
import type { LogName } from './log-keeper.ts';
import { forgetWorkshopKey, keepWorkshopKey, openWithPassword } from './shared-key.ts';
import { readMarker, SHARED_FILE, SHARED_KEY_FILE, type SharedMarker, writeMarker } from './shared-marker.ts';
import {
  databaseAddress,
  explained,
  forgetShared,
  noWorkshop,
  reachDatabase,
  requireSchema,
  requireUsable,
  sharedWorkshop,
} from './shared-workshop.ts';
import type { WorkshopId } from './workshop-id.ts';

export interface JoinRequest {
  id: Pick<WorkshopId, 'outRoot' | 'prefix'>;
  folder: string;
  url: string | undefined;
  /** who this is, for the others */
  member: string;
  keepKey: boolean;
  /** whether commands write keys.json and keys.xlsx here */
  files: boolean;
  dryRun: boolean;
  password(): Promise<Secret>;
}

export interface JoinedSharing {
  where: string;
  lines: Record<LogName, number>;
  members: number;
  warnings: readonly string[];
}

const LOGS: readonly LogName[] = ['journal', 'usage', 'handouts'];

/** Makes a folder here one of a workshop that somebody shares. Reads and checks every line before anything says that it is joined. */
export async function joinSharing(request: JoinRequest, ctx: Context): Promise<JoinedSharing> {
  const { id, folder, url, member, keepKey, files, dryRun } = request;
  await refuseOwnLogs(folder, id.prefix);
  const database = await reachDatabase(url, ctx);
  const { schema } = await database.facts();
  requireSchema(schema, database);
  const row = await explained(database, findWorkshop(database, id.prefix));
  if (!row) throw noWorkshop(database, id);
  requireUsable(row, database);
  const key = await openWithPassword(row, await request.password(), database, member);
  const guarded = [SHARED_FILE, SHARED_KEY_FILE, ...Object.values(LOG_FILES)];
  const warnings = dryRun ? [] : await prepareFolder({ outRoot: id.outRoot, folder, files: guarded, guarded }, ctx);
  const marker: SharedMarker = {
    url: databaseUrl(databaseAddress(url, ctx)),
    ...{ workshop: row.id, prefix: id.prefix, member, state: 'joined', files },
  };
  const shared = sharedWorkshop({ folder, marker, row, database, key }, ctx);
  const lines = { journal: 0, usage: 0, handouts: 0 };
  for (const log of LOGS) {
    await shared.log(log).read();
    lines[log] = shared.log(log).length;
  }
  if (!dryRun) {
    for (const log of LOGS) await shared.log(log).save();
    if (keepKey) await keepWorkshopKey(folder, key, ctx);
    else await forgetWorkshopKey(folder, ctx);
    await rememberJoined(row.id, databaseAddress(url, ctx), ctx);
    await writeMarker(folder, marker, ctx);
    forgetShared(folder, ctx);
  }
  return { where: database.where, lines, members: row.members, warnings };
}

/** A journal of its own would be forgotten. */
async function refuseOwnLogs(folder: string, prefix: string): Promise<void> {
  const own = Object.values(LOG_FILES).find((name) => existsSync(join(folder, name)));
  const marker = await readMarker(folder);
  if (marker && marker.state !== 'joined') {
    throw usageError('share_unfinished', `orkeys share of ${prefix} was interrupted here. Nothing was changed.`, {
      hint: `Finish it with: orkeys share ${marker.state === 'starting' ? 'start --prefix' : 'leave'} ${prefix}`,
    });
  }
  if (own === undefined) return;
  throw usageError('share_forked', `${folder} has ${own}: a workshop of its own. Nothing was changed.`, {
    hint: 'Use another output folder with --out, or move this folder elsewhere first.',
  });
}
