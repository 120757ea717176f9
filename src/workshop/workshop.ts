import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { type AppendFile, openAppendFile } from '../files/append-file.ts';
import { safeFolderName } from '../files/folder-name.ts';
import { guardAgainstGit } from '../files/git-guard.ts';
import { acquireLock, type Lock } from '../files/lock.ts';
import { openOutputFolder } from '../files/output-folder.ts';
import { lookAtTarget } from '../files/target.ts';
import { removeLeftovers } from '../files/temporary.ts';
import { decodeJournal } from '../journal/codec.ts';
import { JOURNAL_VERSION } from '../journal/entry.ts';
import type { JournalState } from '../journal/fold.ts';
import { createJournal, type Journal } from '../journal/journal.ts';
import { adoptRescued, rescuedLines } from '../journal/rescue.ts';
import type { Secret } from '../secret.ts';
import { bringRescuedHome, readRescued, saveRescued } from './rescued-secrets.ts';
import { JOURNAL_FILE, KEYS_FILE, readIfThere, trustedState, type WorkshopId } from './trusted-journal.ts';

export type { WorkshopId } from './trusted-journal.ts';

export const RESULT_FILES: readonly string[] = [JOURNAL_FILE, KEYS_FILE, 'keys.xlsx', 'problems.xlsx'];

/** A workshop's folder, locked and with its journal open: nobody else writes here meanwhile. */
export interface Workshop {
  folder: string;
  prefix: string;
  journal: Journal;
  /** what the user should know about the folder */
  warnings: string[];
  /** Saves a secret outside when the journal cannot be written; the next opening brings it home. */
  rescue(entry: { tag: string; secret: Secret; line: string }): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Absolute path of the workshop's folder. Throws when the prefix cannot be a folder's name on some system. */
export function workshopFolder(outRoot: string, prefix: string): string {
  const named = safeFolderName(prefix);
  if ('problem' in named) {
    throw usageError('bad_prefix', `--prefix ${prefix}: ${named.problem}.`, { hint: 'Choose another --prefix.' });
  }
  if (/^sandbox$/i.test(named.name)) {
    throw usageError('bad_prefix', `--prefix ${prefix}: that folder is for rehearsals with --sandbox.`, {
      hint: 'Choose another --prefix.',
    });
  }
  return join(outRoot, named.name);
}

/**
 * Opens a workshop for changes: folder, git check, lock, journal; cuts a torn last line; brings rescued secrets home.
 * Throws CliError where anything of that fails: then nothing was created.
 */
export async function openWorkshop(id: WorkshopId, command: string, ctx: Context): Promise<Workshop> {
  const folder = workshopFolder(id.outRoot, id.prefix);
  const { warnings } = await openOutputFolder({ folder, root: id.outRoot, files: RESULT_FILES }, ctx);
  warnings.push(...(await guardAgainstGit({ folder, files: RESULT_FILES, env: ctx.env })));
  const lock = await acquireLock(folder, { ...ctx, command });
  let file: AppendFile | undefined;
  try {
    await removeLeftovers(folder);
    const path = join(folder, JOURNAL_FILE);
    const before = decodeJournal((await readIfThere(path)) ?? new Uint8Array());
    await trustedState(before, folder, id);
    file = await openAppendFile(path, ctx);
    const text = decodeJournal(await file.readWhole());
    const state = await trustedState(text, folder, id);
    await file.truncateTo(text.wholeBytes);
    const journal = createJournal({ state, sink: file, now: ctx.now });
    if (!state.header) await journal.append(headerFor(id));
    await bringRescuedHome(folder, journal, ctx);
    return { ...workshopOf(id, folder, journal, file, lock, ctx), warnings };
  } catch (error) {
    await file?.close();
    await lock.release();
    throw error;
  }
}

/** What is known about a workshop, without touching anything: for dry runs and for showing. */
export async function readWorkshop(id: WorkshopId, ctx: Context): Promise<JournalState> {
  const folder = workshopFolder(id.outRoot, id.prefix);
  const bytes = await readIfThere(join(folder, JOURNAL_FILE));
  const state = await trustedState(decodeJournal(bytes ?? new Uint8Array()), folder, id);
  const untouched = createJournal({ state, sink: { append: async () => {} }, now: ctx.now });
  for (const { entries } of await readRescued(folder, ctx)) await adoptRescued(untouched, entries);
  return state;
}

/** For dry runs: throws what would refuse a run before it makes anything, as far as looking can tell. */
export async function checkFolder(id: WorkshopId, ctx: Context): Promise<void> {
  const folder = workshopFolder(id.outRoot, id.prefix);
  for (const name of existsSync(folder) ? RESULT_FILES : []) await lookAtTarget(join(folder, name));
  // A run that comes first writes this file, and with it git keeps away.
  if (existsSync(join(folder, '.gitignore'))) await guardAgainstGit({ folder, files: RESULT_FILES, env: ctx.env });
}

function workshopOf(id: WorkshopId, folder: string, journal: Journal, file: AppendFile, lock: Lock, ctx: Context) {
  return {
    folder,
    prefix: id.prefix,
    journal,
    rescue: ({ tag, line }: { tag: string; line: string }) =>
      saveRescued(folder, tag, rescuedLines(journal.state, tag, line), ctx),
    close: async () => {
      await file.close();
      await lock.release();
    },
  };
}

function headerFor(id: WorkshopId) {
  return {
    type: 'journal',
    version: JOURNAL_VERSION,
    prefix: id.prefix,
    base_url: id.baseUrl,
    account: id.account,
  } as const;
}
