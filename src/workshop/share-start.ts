import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { renamePatiently } from '../files/while-held.ts';
import { decodeJournal } from '../journal/codec.ts';
import type { Database } from '../postgres/database.ts';
import { databaseUrl } from '../postgres/share-url.ts';
import { createTables, createWorkshop, findWorkshop, markReady, readWorkshopRow } from '../postgres/workshops.ts';
import { fillSlot, newWorkshopKey } from '../sealed-log/password-slot.ts';
import type { Secret } from '../secret.ts';
import { backupName, createFolderKeeper, LOG_FILES } from './folder-keeper.ts';
import { rememberJoined } from './joined-workshops.ts';
import type { LogName } from './log-keeper.ts';
import { type CopiedLines, compareAll, copyAll } from './share-copy.ts';
import { forgetWorkshopKey, keepWorkshopKey, keptWorkshopKey } from './shared-key.ts';
import { readMarker, type SharedMarker, writeMarker } from './shared-marker.ts';
import {
  databaseAddress,
  explained,
  forgetShared,
  LINES_VERSION,
  reachDatabase,
  reachJoined,
  requireSchema,
  sharedWorkshop,
} from './shared-workshop.ts';
import { checkSideLogs } from './side-logs.ts';
import { verifiedState } from './verified-journal.ts';
import type { WorkshopId } from './workshop-id.ts';

export interface StartRequest {
  id: WorkshopId;
  folder: string;
  url: string | undefined;
  /** who this is, for the others */
  member: string;
  password: Secret;
  /** whether the key stays on this computer */
  keepKey: boolean;
  /** whether commands write keys.json and keys.xlsx here */
  files: boolean;
}

export interface StartedSharing {
  where: string;
  /** lines of each log */
  lines: Record<LogName, number>;
  /** where the logs that were files are now */
  backups: string[];
}

/**
 * Moves the logs of a workshop into a database: copies them, reads them back, compares every line, and only then marks the files as moved.
 * Killed anywhere, the files are whole, every other command refuses, and the next start finishes.
 */
export async function startSharing(request: StartRequest, ctx: Context): Promise<StartedSharing> {
  const { id, folder } = request;
  const before = await readMarker(folder);
  refuseState(before, id.prefix);
  const files = createFolderKeeper({ outRoot: id.outRoot, folder });
  const local = await files.open('share start', ctx);
  try {
    for (const log of ['usage', 'handouts'] as const) await local.lockSideLog(log);
    const watch = await files.hold('watch', ctx);
    try {
      return await moveIn(request, before, await readOwnLines(id, folder, ctx), ctx);
    } finally {
      await watch.release();
    }
  } finally {
    await local.close();
    forgetShared(folder, ctx);
  }
}

/** What would stop `startSharing`, as far as it can be found without writing anything, here or in the database. */
export async function foreseeSharing(request: StartRequest, ctx: Context): Promise<StartedSharing> {
  const { id, folder, url } = request;
  const before = await readMarker(folder);
  refuseState(before, id.prefix);
  const database = await (before ? reachJoined(before, ctx) : reachDatabase(url, ctx));
  const { schema } = await database.facts();
  if (schema !== null) {
    requireSchema(schema, database);
    await refuseOther(database, id.prefix, before?.workshop);
  }
  const lines = await readOwnLines(id, folder, ctx);
  return { where: database.where, lines: countsOf(lines), backups: [] };
}

async function moveIn(
  request: StartRequest,
  before: SharedMarker | undefined,
  lines: CopiedLines,
  ctx: Context,
): Promise<StartedSharing> {
  const { id, folder, url, member, password, keepKey, files } = request;
  const database = await (before ? reachJoined(before, ctx) : reachDatabase(url, ctx));
  await ensureTables(database);
  await refuseOther(database, id.prefix, before?.workshop);
  const marker: SharedMarker = {
    url: before?.url ?? databaseUrl(databaseAddress(url, ctx)),
    workshop: before?.workshop ?? uuid(ctx.random),
    ...{ prefix: id.prefix, member, state: 'starting', files },
  };
  await rememberJoined(marker.workshop, databaseAddress(marker.url, ctx), ctx);
  await writeMarker(folder, marker, ctx);
  const key = (await keptWorkshopKey(folder)) ?? newWorkshopKey(ctx.random);
  await keepWorkshopKey(folder, key, ctx);
  const slot = await fillSlot(key, password, { workshop: marker.workshop, id: 1, label: member }, ctx.random);
  const row = { id: marker.workshop, prefix: id.prefix, account: accountIn(lines), version: LINES_VERSION };
  await explained(database, createWorkshop(database, row, slot));
  const found = await explained(database, readWorkshopRow(database, marker.workshop));
  const shared = sharedWorkshop(
    { folder, marker, row: { ...row, ready: false, closed: null, members: 1 }, database, key },
    ctx,
  );
  if (found?.ready) await compareAll(shared, lines);
  else await copyAll(shared, lines);
  await explained(database, markReady(database, marker.workshop, slot, 'always'));
  const backups = await retireFiles(folder, ctx);
  await writeMarker(folder, { ...marker, state: 'joined' }, ctx);
  if (!keepKey) await forgetWorkshopKey(folder, ctx);
  return { where: database.where, lines: countsOf(lines), backups };
}

function refuseState(marker: SharedMarker | undefined, prefix: string): void {
  if (marker === undefined || marker.state === 'starting') return;
  if (marker.state === 'joined') {
    throw usageError('share_exists', `${prefix} is shared already.`, {
      hint: `See with whom: orkeys share status ${prefix}`,
    });
  }
  throw usageError('share_unfinished', `orkeys share leave of ${prefix} was interrupted. Nothing was changed.`, {
    hint: `Finish it with: orkeys share leave ${prefix} --to-file`,
  });
}

async function ensureTables(database: Database): Promise<void> {
  const { schema } = await database.facts();
  if (schema === null) await explained(database, createTables(database));
  else requireSchema(schema, database);
}

/** Prefixes are how people name a workshop, so a database has each once. */
async function refuseOther(database: Database, prefix: string, workshop: string | undefined): Promise<void> {
  const other = await explained(database, findWorkshop(database, prefix));
  if (!other || other.id === workshop) return;
  throw usageError('share_exists', `${database.where} has a shared workshop ${prefix} already. Nothing was changed.`, {
    hint: 'To use that one, move the folder of yours elsewhere and run: orkeys share join. Or choose another database.',
  });
}

/** The lines of the files, intact and of this workshop. Throws like every command that opens them. */
async function readOwnLines(id: WorkshopId, folder: string, ctx: Context): Promise<CopiedLines> {
  const keeper = createFolderKeeper({ outRoot: id.outRoot, folder });
  const [journal, usage, handouts] = await Promise.all(
    (['journal', 'usage', 'handouts'] as const).map(async (log) => (await keeper.read(log, ctx)) ?? new Uint8Array()),
  );
  // An interrupted start may have moved the journal away already; then the database has it.
  if (journal?.length || !(await readMarker(folder))) {
    await verifiedState(decodeJournal(journal ?? new Uint8Array()), folder, id);
    await checkSideLogs(id, ctx, keeper);
  }
  return { journal: linesOf(journal), usage: linesOf(usage), handouts: linesOf(handouts) };
}

/** Without an incomplete last line. */
function linesOf(bytes: Uint8Array | undefined): string[] {
  return Buffer.from(bytes ?? new Uint8Array())
    .toString('utf8')
    .split('\n')
    .slice(0, -1);
}

function countsOf({ journal, usage, handouts }: CopiedLines): Record<LogName, number> {
  return { journal: journal.length, usage: usage.length, handouts: handouts.length };
}

function accountIn({ journal }: CopiedLines): string | undefined {
  const [header] = decodeJournal(Buffer.from(`${journal[0] ?? ''}\n`)).entries;
  return header?.type === 'journal' ? header.account : undefined;
}

/** The files become backups: nothing reads them any more, and `purge` removes them. */
async function retireFiles(folder: string, ctx: Context): Promise<string[]> {
  const backups: string[] = [];
  for (const log of ['journal', 'usage', 'handouts'] as const) {
    const path = join(folder, LOG_FILES[log]);
    if (!existsSync(path)) continue;
    const backup = freePath(join(folder, backupName(log, ctx)));
    await renamePatiently(path, backup, ctx);
    backups.push(backup);
  }
  return backups;
}

/** Another start may have left its own within the same second. */
function freePath(path: string): string {
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? path : path.replace(/\.jsonl$/, `_${number}.jsonl`);
    if (!existsSync(free)) return free;
  }
}

/** A random UUID (version 4). */
function uuid(random: Context['random']): string {
  const bytes = Buffer.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
