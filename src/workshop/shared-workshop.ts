import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { type CliError, usageError } from '../errors.ts';
import { createDatabase, type Database } from '../postgres/database.ts';
import { notSetUp, readOnly } from '../postgres/database-error.ts';
import { LEASE_TIMES, type Lease, type LeaseTimes, type LockName, lookAtLeases, takeLease } from '../postgres/lease.ts';
import { findRolePassword } from '../postgres/role-password.ts';
import { SCHEMA_COMMENT } from '../postgres/schema.ts';
import { type DatabaseAddress, parseDatabaseUrl } from '../postgres/share-url.ts';
import { readWorkshopRow, type WorkshopRow } from '../postgres/workshops.ts';
import { readSettings } from '../settings.ts';
import { LOG_FILES } from './folder-keeper.ts';
import { HOW_TO_UPDATE } from './how-to-update.ts';
import { requireJoined } from './joined-workshops.ts';
import type { LogName } from './log-keeper.ts';
import { aboutThisRun, endedRun, heldError, takenOverError } from './shared-holder.ts';
import { findWorkshopKey } from './shared-key.ts';
import { SharedLog } from './shared-log.ts';
import { readMarker, SHARED_FILE, type SharedMarker } from './shared-marker.ts';
import { whenFree } from './when-free.ts';

/** Version of the lines in a database. */
export const LINES_VERSION = 1;

/** A shared workshop as one run has it: one connection, and what is known of each log. */
export interface SharedWorkshop {
  folder: string;
  marker: SharedMarker;
  row: WorkshopRow;
  database: Database;
  key: KeyObject;
  log(name: LogName): SharedLog;
  /** Throws CliError `locked` (exit 7). */
  take(name: LockName, command: string): Promise<Lease>;
}

/** Of each run; it goes with its context. */
const opened = new WeakMap<Context, Map<string, Promise<SharedWorkshop>>>();

/** The shared workshop of a folder, opened once in a run. Throws CliError: exit 2, 4 or 6. */
export function openShared(folder: string, ctx: Context): Promise<SharedWorkshop> {
  const ofRun = opened.get(ctx) ?? new Map<string, Promise<SharedWorkshop>>();
  opened.set(ctx, ofRun);
  const known = ofRun.get(folder);
  if (known) return known;
  const opening = open(folder, ctx);
  ofRun.set(folder, opening);
  opening.catch(() => ofRun.delete(folder));
  return opening;
}

/** After `share start`, `join` or `leave`: what was known of the folder is old. */
export function forgetShared(folder: string, ctx: Context): void {
  opened.get(ctx)?.delete(folder);
}

async function open(folder: string, ctx: Context): Promise<SharedWorkshop> {
  const marker = await joinedMarker(folder);
  const database = await reachJoined(marker, ctx);
  const row = await requireWorkshop(database, marker);
  const key = await findWorkshopKey(folder, row, database, ctx);
  if ((await database.facts()).readOnly && !ctx.isQuiet) {
    ctx.stderr.write(`Note: ${database.where} is read-only: it may be a replica, and not know the latest changes.\n`);
  }
  return sharedWorkshop({ folder, marker, row, database, key }, ctx);
}

/** The parts of a shared workshop, put together. */
export function sharedWorkshop(
  parts: Omit<SharedWorkshop, 'log' | 'take'>,
  ctx: Context,
  times: LeaseTimes = LEASE_TIMES,
): SharedWorkshop {
  const logs = new Map<LogName, SharedLog>();
  const run = Buffer.from(ctx.random(16)).toString('hex');
  return {
    ...parts,
    log(name) {
      const log = logs.get(name) ?? new SharedLog(name, parts, ctx);
      logs.set(name, log);
      return log;
    },
    take: (name, command) => whenFree(() => takeLock({ ...parts, name, command, run, times }, ctx), ctx),
  };
}

interface LockRequest {
  marker: SharedMarker;
  database: Database;
  name: LockName;
  command: string;
  run: string;
  times: LeaseTimes;
}

async function takeLock({ marker, database, name, command, run, times }: LockRequest, ctx: Context): Promise<Lease> {
  const { workshop, prefix, member } = marker;
  if ((await database.facts()).readOnly) throw readOnly(database.where);
  const request = {
    ...{ database, workshop, name, times, now: ctx.now },
    // Each lock of a run has an id of its own: a lock is not taken from oneself.
    run: `${run}-${Buffer.from(ctx.random(4)).toString('hex')}`,
    holder: await aboutThisRun(command, member, ctx),
    lostError: (state: Parameters<typeof takenOverError>[1]) => takenOverError(prefix, state),
  };
  const taken = await takeLease({ ...request, ended: [] });
  if (taken) return taken;
  const state = (await explained(database, lookAtLeases(database, workshop))).get(name);
  if (!state) throw noWorkshop(database, marker);
  const ended = await endedRun(state, ctx);
  const again = ended.length > 0 || !state.held ? await takeLease({ ...request, ended }) : undefined;
  if (again) return again;
  throw heldError(prefix, state);
}

/** Reads the marker of a workshop that is in use: neither on its way, nor with logs of its own beside. */
export async function joinedMarker(folder: string): Promise<SharedMarker> {
  const marker = await readMarker(folder);
  if (!marker) {
    throw usageError('not_shared', `${folder} is not a shared workshop.`, {
      hint: 'Share it with: orkeys share start',
    });
  }
  const { prefix, state } = marker;
  if (state !== 'joined') {
    const command = state === 'starting' ? 'start' : 'leave';
    throw usageError('share_unfinished', `orkeys share ${command} of ${prefix} was interrupted. Nothing was changed.`, {
      hint: `Finish it with: orkeys share ${command} ${state === 'starting' ? '--prefix ' : ''}${prefix}`,
    });
  }
  const own = Object.values(LOG_FILES).find((name) => existsSync(join(folder, name)));
  if (own !== undefined) {
    throw usageError('share_forked', `${folder} has both ${SHARED_FILE} and ${own}. Nothing was changed.`, {
      hint: `The workshop is in the database. Move ${own} elsewhere; if it is the newer one, move ${SHARED_FILE} instead.`,
    });
  }
  return marker;
}

/** The database that a folder names, if somebody on this computer named it as well. Throws CliError like `reachDatabase`. */
export async function reachJoined(marker: SharedMarker, ctx: Context): Promise<Database> {
  await requireJoined(marker, databaseAddress(marker.url, ctx), ctx);
  return reachDatabase(marker.url, ctx);
}

/** Throws CliError: exit 2 (address), 4 (login) or 6. */
export async function reachDatabase(savedUrl: string | undefined, ctx: Context): Promise<Database> {
  const settings = readSettings(ctx);
  const address = databaseAddress(savedUrl, ctx);
  const { password, note } = await findRolePassword(address, { ...ctx, get: settings.get });
  if (note !== undefined && !ctx.isQuiet) ctx.stderr.write(`Note: ${note}\n`);
  if (password) ctx.redactor.learn(password);
  const database = createDatabase({ address, password, stop: ctx.interrupts.stop });
  await database.facts();
  return database;
}

/** ORKEYS_SHARE_URL goes before the address that was saved: it may have a password, or lead another way. */
export function databaseAddress(savedUrl: string | undefined, ctx: Context): DatabaseAddress {
  const settings = readSettings(ctx);
  const url = settings.get('ORKEYS_SHARE_URL') ?? savedUrl;
  if (url === undefined) {
    throw usageError('bad_share_url', 'The address of the database is missing.', {
      hint: 'For example: orkeys share start postgres://ilze@db.example.org/workshops --prefix BSSDH_2025',
    });
  }
  const address = parseDatabaseUrl(url);
  const rootCert = address.rootCert ?? settings.get('PGSSLROOTCERT');
  return { ...address, rootCert };
}

async function requireWorkshop(database: Database, marker: SharedMarker): Promise<WorkshopRow> {
  const facts = await database.facts();
  requireSchema(facts.schema, database);
  const row = await explained(database, readWorkshopRow(database, marker.workshop));
  if (!row) throw noWorkshop(database, marker);
  requireUsable(row, database);
  return row;
}

export function requireSchema(schema: string | null, database: Database): void {
  if (schema === null) throw notSetUp(database.where);
  if (schema === SCHEMA_COMMENT) return;
  throw usageError('share_newer', `The tables in ${database.where} are of another version of orkeys (${schema}).`, {
    hint: HOW_TO_UPDATE,
  });
}

export function requireUsable({ prefix, ready, closed, version }: WorkshopRow, database: Database): void {
  if (closed !== null) {
    throw usageError('share_closed', `${prefix} was taken out of ${database.where}, back into files.`, {
      hint: `Ask who did it, or forget it here with: orkeys share leave ${prefix}`,
    });
  }
  if (version > LINES_VERSION) {
    throw usageError('share_newer', `${prefix} in ${database.where} was written by a newer orkeys.`, {
      hint: HOW_TO_UPDATE,
    });
  }
  if (ready) return;
  throw usageError('share_unfinished', `${prefix} is not yet wholly in ${database.where}.`, {
    hint: 'Whoever shares it or puts it back has to finish: orkeys share start, or orkeys share restore',
  });
}

export function noWorkshop(database: Database, { prefix }: Pick<SharedMarker, 'prefix'>): CliError {
  return usageError('share_no_workshop', `${database.where} has no shared workshop ${prefix}.`, {
    hint: 'Check the address and the prefix. If it was deleted there, a computer that uses it can put it back: orkeys share restore',
  });
}

/** Throws a driver's error as one for the user. */
export async function explained<T>(database: Database, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw database.explain(error);
  }
}
