import { join } from 'node:path';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { eachLogLine, encodeLogLine } from '../journal/log-lines.ts';
import { LOG_FILES } from './folder-keeper.ts';
import { HOW_TO_UPDATE } from './how-to-update.ts';
import type { SideLogName } from './log-keeper.ts';
import { keeperOf, workshopFolder } from './shelf.ts';
import { commandFor, type WorkshopId } from './workshop-id.ts';

/** What a log beside the journal holds. Its first entry is a header that names its workshop. */
export interface SideLogFormat<E extends SideLogEntry, S> {
  log: SideLogName;
  /** the newest version that this program reads */
  version: number;
  /** undefined for what is no entry */
  parse(value: unknown): E | undefined;
  /** the header of a new log, without its time */
  header(id: WorkshopId): Omit<E, 'at'>;
  emptyState(): S;
  /** Applies one entry to the state. */
  fold(state: S, entry: E): void;
}

interface SideLogEntry {
  type: string;
  /** ISO 8601 */
  at: string;
  /** in the header only */
  version?: number;
  prefix?: string;
}

/** A log that is open for appending. `state` always equals the result of reading it again. */
export interface SideLog<E, S> {
  readonly state: S;
  readonly warnings: readonly string[];
  /** Resolves when the entry is on disk, fsynced; only then is it in the state. */
  append(entry: E extends SideLogEntry ? Omit<E, 'at'> : never): Promise<void>;
  close(): Promise<void>;
}

/** What the log says, read without a lock. Throws CliError (exit 2) if it is damaged, of a newer version or of another workshop. */
export async function readSideLog<E extends SideLogEntry, S>(
  id: WorkshopId,
  format: SideLogFormat<E, S>,
  ctx: Context,
): Promise<S> {
  const folder = workshopFolder(id.outRoot, id.prefix);
  const bytes = await keeperOf(id.outRoot, folder).read(format.log, ctx);
  return stateOf(bytes ?? new Uint8Array(), id, format);
}

/** Locks the log, removes an incomplete last line and reads it. Throws like `readSideLog`, and exit 6 or 7. */
export async function openSideLog<E extends SideLogEntry, S>(
  id: WorkshopId,
  format: SideLogFormat<E, S>,
  command: string,
  ctx: Context,
): Promise<SideLog<E, S>> {
  // Checked before it is opened, because opening creates a missing one.
  await readSideLog(id, format, ctx);
  const open = await keeperOf(id.outRoot, workshopFolder(id.outRoot, id.prefix)).openSideLog(format.log, command, ctx);
  try {
    const bytes = await open.readWhole();
    const state = stateOf(bytes, id, format);
    await open.truncateTo(bytes.lastIndexOf(0x0a) + 1);
    const append = async (entry: Omit<E, 'at'>) => {
      const stamped = { ...entry, at: ctx.now().toISOString() } as unknown as E;
      await open.append(encodeLogLine(stamped));
      format.fold(state, stamped);
    };
    if (!bytes.includes(0x0a)) await append(format.header(id));
    return { state, warnings: open.warnings, append, close: () => open.close() };
  } catch (error) {
    await open.close();
    throw error;
  }
}

function stateOf<E extends SideLogEntry, S>(bytes: Uint8Array, id: WorkshopId, format: SideLogFormat<E, S>): S {
  const { log, version } = format;
  const path = join(workshopFolder(id.outRoot, id.prefix), LOG_FILES[log]);
  const { state, header, damage } = foldLines(bytes, format);
  if (header?.version !== undefined && header.version > version) {
    throw usageError('log_newer', `${path} was written by a newer orkeys (format ${header.version}).`, {
      hint: HOW_TO_UPDATE,
    });
  }
  if (damage !== undefined) {
    throw usageError('log_damaged', `${path} is damaged: ${damage}. Nothing was changed.`, {
      hint: `Repair it with: ${commandFor(id, 'journal', 'repair')}`,
    });
  }
  if (header?.prefix !== undefined && header.prefix !== id.prefix) {
    throw usageError('journal_of_another', `${path} belongs to the workshop ${header.prefix}.`, {
      hint: 'Move it back to the folder of that workshop.',
    });
  }
  return state;
}

/** Each entry is let go once it is in the state. `header` is the first one; `damage` says why the state is not the whole. */
function foldLines<E extends SideLogEntry, S>(bytes: Uint8Array, { parse, emptyState, fold }: SideLogFormat<E, S>) {
  const state = emptyState();
  let header: E | undefined;
  let damage: string | undefined;
  for (const read of eachLogLine(bytes, parse)) {
    if ('why' in read) {
      damage ??= `line ${read.line}: ${read.why}`;
      continue;
    }
    header ??= read.entry;
    if (header.version === undefined) damage ??= 'line 1: not the first line of this log';
    if (damage === undefined) fold(state, read.entry);
  }
  return { state, header, damage };
}
