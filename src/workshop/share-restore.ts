import type { KeyObject } from 'node:crypto';
import type { Context } from '../context.ts';
import { CliError, cannotSaveError, EXIT, usageError } from '../errors.ts';
import { decodeJournal } from '../journal/codec.ts';
import type { Database } from '../postgres/database.ts';
import { isPassing } from '../postgres/database-error.ts';
import { restoreBodies } from '../postgres/line-store.ts';
import {
  createTables,
  createWorkshop,
  findWorkshop,
  hasSlot,
  markReady,
  readSlots,
  readWorkshopRow,
  type SlotRow,
  type WorkshopRow,
} from '../postgres/workshops.ts';
import { fillSlot } from '../sealed-log/password-slot.ts';
import { openChain, startOf } from '../sealed-log/sealed-chain.ts';
import type { Secret } from '../secret.ts';
import type { LogName } from './log-keeper.ts';
import { compareWithMirror, type LogComparison } from './mirror-comparison.ts';
import { findWorkshopKey, keptWorkshopKey } from './shared-key.ts';
import type { SharedMarker } from './shared-marker.ts';
import { mirrorPath, readMirror } from './shared-mirror.ts';
import {
  explained,
  forgetShared,
  joinedMarker,
  LINES_VERSION,
  reachJoined,
  requireSchema,
  requireUsable,
  sharedWorkshop,
} from './shared-workshop.ts';

/** A database, compared with what this computer saw of a workshop. */
export interface Restoration {
  folder: string;
  marker: SharedMarker;
  database: Database;
  key: KeyObject;
  /** undefined: the workshop is not in the database any more, nor are its passwords */
  row: WorkshopRow | undefined;
  logs: readonly LogComparison[];
}

const LOGS: readonly LogName[] = ['journal', 'usage', 'handouts'];

/** What `restoreSharing` would put back. Writes nothing. Throws CliError: exit 2, 4 or 6. */
export async function planRestoration(folder: string, ctx: Context): Promise<Restoration> {
  const marker = await joinedMarker(folder);
  const database = await reachJoined(marker, ctx);
  const { schema } = await database.facts();
  if (schema !== null) requireSchema(schema, database);
  const row = schema === null ? undefined : await explained(database, readWorkshopRow(database, marker.workshop));
  // One that is not ready is being put back.
  if (row) requireUsable({ ...row, ready: true }, database);
  else if (schema !== null) await refuseOther(database, marker);
  const key = row ? await findWorkshopKey(folder, row, database, ctx) : await keptWorkshopKey(folder);
  if (!key) throw noKey(marker, database);
  const stored = schema === null ? undefined : database;
  const logs: LogComparison[] = [];
  for (const log of LOGS) {
    logs.push(await explained(database, compareWithMirror(folder, stored, { key, workshop: marker.workshop, log })));
  }
  return { folder, marker, database, key, row, logs };
}

export function needsRestoring({ row, logs }: Restoration): boolean {
  return row === undefined || !row.ready || logs.some(({ kind }) => kind !== 'same');
}

/** Throws `share_forked` or `share_damaged` (exit 2) where nobody can tell what is right. */
export function refuseUnclear({ logs, marker, database }: Restoration): void {
  const forked = logs.find(({ kind }) => kind === 'forked');
  if (forked) {
    throw usageError(
      'share_forked',
      `The ${forked.log} of ${marker.prefix} in ${database.where} went on without lines that this computer saw. Nothing was changed.`,
      {
        hint: `Both are what members wrote, so nothing is put back. To go on with what is in the database: orkeys share leave ${marker.prefix}, then orkeys share join; orkeys doctor then names keys that nobody has.`,
      },
    );
  }
  const unknown = logs.find(({ kind }) => kind === 'unknown');
  if (!unknown) return;
  throw usageError(
    'share_damaged',
    `The ${unknown.log} in ${database.where} is not what members of ${marker.prefix} wrote, and this computer saw too little of it. Nothing was changed.`,
    { hint: 'Run orkeys share restore on another computer that uses the workshop, or have a backup restored.' },
  );
}

/**
 * Puts back what this computer saw: the encrypted lines as they were, so that what every other computer saw goes on to fit. Each log under its
 * lock, in one statement. Killed anywhere, the next call finishes.
 *
 * @param password opens the workshop anew where its passwords are gone, too
 * @returns whether it does: of two computers that put it back at once, the password of one is stored, and only that may be shown
 */
export async function restoreSharing(plan: Restoration, password: Secret | undefined, ctx: Context): Promise<boolean> {
  const { folder, marker, database, key } = plan;
  refuseUnclear(plan);
  const { workshop, prefix, member } = marker;
  const slot = password && (await fillSlot(key, password, { workshop, id: 1, label: member }, ctx.random));
  if (!plan.row && slot) {
    const { schema } = await database.facts();
    if (schema === null) await explained(database, createTables(database));
    await refuseOther(database, marker);
    const account = await accountIn(folder, { key, workshop });
    await explained(
      database,
      createWorkshop(database, { id: workshop, prefix, account, version: LINES_VERSION }, slot),
    );
  }
  const row = await explained(database, readWorkshopRow(database, workshop));
  if (!row) throw failed(database, marker);
  const shared = sharedWorkshop({ folder, marker, row, database, key }, ctx);
  for (const log of LOGS) {
    const chain = { key, workshop, log };
    const lease = await shared.take(log, 'share restore');
    try {
      // Another computer may have put it back meanwhile.
      const now = await explained(database, compareWithMirror(folder, database, chain));
      refuseUnclear({ ...plan, logs: [now] });
      if (now.kind !== 'behind' && now.kind !== 'changed') continue;
      const fenced = { workshop, log, generation: now.generation, epoch: lease.epoch };
      await explained(database, restoreBodies(database, fenced, now.bodies));
      const after = await explained(database, compareWithMirror(folder, database, chain));
      if (after.kind !== 'same') throw (await lease.lost()) ?? failed(database, marker);
    } finally {
      await lease.release();
    }
  }
  const isOpened = slot !== undefined && (await openWith(slot, workshop, database));
  forgetShared(folder, ctx);
  return isOpened;
}

/** A lost answer is settled by looking. */
async function openWith(slot: SlotRow, workshop: string, database: Database): Promise<boolean> {
  const isDone = await markReady(database, workshop, slot, 'unless_ready').catch((error: unknown) => {
    if (!isPassing(error)) throw database.explain(error);
    return false;
  });
  if (isDone || hasSlot(await explained(database, readSlots(database, workshop)), slot)) return true;
  return explained(database, markReady(database, workshop, slot, 'unless_ready'));
}

async function refuseOther(database: Database, { prefix, workshop }: SharedMarker): Promise<void> {
  const other = await explained(database, findWorkshop(database, prefix));
  if (!other || other.id === workshop) return;
  throw usageError('share_exists', `${database.where} has another shared workshop ${prefix}. Nothing was changed.`, {
    hint: `To use that one here, run: orkeys share leave ${prefix}, then orkeys share join`,
  });
}

async function accountIn(folder: string, chain: { key: KeyObject; workshop: string }): Promise<string | undefined> {
  const { generation, bodies } = await readMirror(mirrorPath(folder, 'journal'));
  const opened = openChain({ ...chain, log: 'journal' }, startOf(generation), bodies);
  if (opened.wrong !== undefined) return undefined;
  const [header] = decodeJournal(Buffer.concat(opened.lines.flatMap((line) => [line, Buffer.from('\n')]))).entries;
  return header?.type === 'journal' ? header.account : undefined;
}

function noKey({ prefix }: SharedMarker, { where }: Database): CliError {
  return new CliError('share_password', EXIT.NOT_AUTHORIZED, `${where} has no password of ${prefix} any more.`, {
    hint: 'Only a computer that keeps the key of the workshop can put it back: one that joined it without --ask.',
  });
}

function failed({ where }: Database, { prefix }: SharedMarker): CliError {
  return cannotSaveError('share_failed', `Not everything of ${prefix} could be put back into ${where}.`, {
    hint: `Run the same command again: orkeys share restore ${prefix}`,
  });
}
