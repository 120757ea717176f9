import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { type CliError, invariant } from '../errors.ts';
import { guardAgainstGit } from '../files/git-guard.ts';
import { foreseeOwner } from '../files/owner.ts';
import { lookAtTarget } from '../files/target.ts';
import { decodeJournal, encodeEntry } from '../journal/codec.ts';
import { FIRST_VERSION, type JournalEntry } from '../journal/entry.ts';
import type { JournalState } from '../journal/fold.ts';
import { createJournal, type Journal } from '../journal/journal.ts';
import { adoptRescued, fitsHere, rescuedLines } from '../journal/rescue.ts';
import type { Secret } from '../secret.ts';
import { JOURNAL_FILE, RESULT_FILES } from './folder-keeper.ts';
import { readRescued, restoreRescued, saveRescued } from './rescued-secrets.ts';
import { keeperOf, workshopFolder } from './shelf.ts';
import { verifiedState } from './verified-journal.ts';
import type { WorkshopId } from './workshop-id.ts';

/** A workshop, locked, with its journal open: no other process writes to it in the meantime. */
export interface Workshop {
  folder: string;
  prefix: string;
  journal: Journal;
  /** whether commands write keys.json and keys.xlsx here */
  writesResults: boolean;
  /** about the folder, for the user */
  warnings: readonly string[];
  /** Saves a secret elsewhere if the journal cannot be written; the next opening restores it. */
  rescue(entry: { tag: string; secret: Secret; line: string }): Promise<string | undefined>;
  /** The journal as it is stored. */
  readJournal(): Promise<Uint8Array>;
  /** Nobody else hands keys out until this is closed. */
  lockHandouts(): Promise<void>;
  /** Empties the logs beside the journal, as far as their files were not removed: they name people. */
  emptySideLogs(): Promise<void>;
  /** Asked before each change that is sent: the error that ends the run, if the workshop is another run's by now. */
  stillHeld(): Promise<CliError | undefined>;
  /** Replaces the whole journal and keeps nothing of the old one. Nothing can be appended afterwards. */
  replaceJournal(entries: readonly JournalEntry[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a workshop for changes: folder, git check, lock, journal. Removes an incomplete last line and restores rescued secrets.
 * Throws CliError if any of this fails; nothing was created then.
 */
export async function openWorkshop(id: WorkshopId, command: string, ctx: Context): Promise<Workshop> {
  const folder = workshopFolder(id.outRoot, id.prefix);
  const keeper = keeperOf(id.outRoot, folder);
  const open = await keeper.open(command, ctx);
  try {
    // Checked before the log is opened, because opening creates a missing one.
    const before = await verified((await keeper.read('journal', ctx)) ?? new Uint8Array(), folder, id);
    const log = await open.openLog('journal');
    const bytes = await log.readWhole();
    const { state, completeBytes } = before.isOf(bytes) ? before : await verified(bytes, folder, id);
    await log.truncateTo(completeBytes);
    const journal = createJournal({ state, sink: log, now: ctx.now });
    const warnings = [...open.warnings];
    if (!state.header) await journal.append(headerFor(id));
    else if (state.header.account === undefined && id.account !== undefined) {
      const { at: _, ...header } = state.header;
      await journal.append({ ...header, account: id.account });
      warnings.push(
        `The journal of ${id.prefix} did not record its account; it now belongs to this one (${id.account}).`,
      );
    }
    warnings.push(...(await restoreRescued(folder, journal, journal.state.header ?? headerFor(id), ctx)));
    return {
      folder,
      prefix: id.prefix,
      journal,
      writesResults: open.writesResults,
      warnings,
      rescue: ({ tag, line }) => saveRescued(folder, tag, rescuedLines(journal.state, tag, line), ctx),
      readJournal: () => log.readWhole(),
      lockHandouts: () => open.lockSideLog('handouts'),
      emptySideLogs: async () => {
        for (const name of ['usage', 'handouts'] as const) {
          if ((await keeper.read(name, ctx))?.length) await open.overwriteLog(name, new Uint8Array());
        }
      },
      stillHeld: () => open.stillHeld(),
      replaceJournal: (entries) => open.overwriteLog('journal', journalBytes(entries)),
      close: () => open.close(),
    };
  } catch (error) {
    await open.close();
    throw error;
  }
}

/** What the bytes of a journal add up to: most of the work, so it is not done again for the same bytes. */
async function verified(bytes: Uint8Array, folder: string, id: WorkshopId) {
  const text = decodeJournal(bytes);
  const state = await verifiedState(text, folder, id);
  return {
    state,
    completeBytes: text.completeBytes,
    isOf: (others: Uint8Array) => Buffer.compare(bytes, others) === 0,
  };
}

/** The state of a workshop, read without changing anything: for dry runs and for display. */
export async function readWorkshop(id: WorkshopId, ctx: Context): Promise<JournalState> {
  const folder = workshopFolder(id.outRoot, id.prefix);
  const bytes = await keeperOf(id.outRoot, folder).read('journal', ctx);
  const state = await verifiedState(decodeJournal(bytes ?? new Uint8Array()), folder, id);
  const inMemory = createJournal({ state, sink: { append: async () => {} }, now: ctx.now });
  const { rescued } = await readRescued(folder, ctx);
  for (const { entries } of rescued) {
    if (fitsHere(entries, state.header ?? headerFor(id))) await adoptRescued(inMemory, entries);
  }
  return state;
}

/**
 * For dry runs: throws the errors that would stop a run before its first change, as far as they can be found without writing.
 * Returns sentences about the folder, for the user.
 */
export async function checkFolder(id: WorkshopId, ctx: Context): Promise<string[]> {
  const folder = workshopFolder(id.outRoot, id.prefix);
  for (const name of existsSync(folder) ? RESULT_FILES : []) await lookAtTarget(join(folder, name));
  // The first run writes this file, which makes git ignore the folder.
  if (existsSync(join(folder, '.gitignore'))) await guardAgainstGit({ folder, files: RESULT_FILES, env: ctx.env });
  const notes = [
    await foreseeOwner(id.outRoot, ctx, true),
    await foreseeOwner(folder, ctx),
    await foreseeOwner(join(folder, JOURNAL_FILE), ctx),
  ];
  return notes.filter((note) => note !== undefined);
}

function journalBytes(entries: readonly JournalEntry[]): Uint8Array {
  const bytes = Buffer.from(entries.map((entry) => `${encodeEntry(entry)}\n`).join(''));
  const { damaged, newerVersion } = decodeJournal(bytes);
  invariant(damaged.length === 0 && newerVersion === undefined, 'a journal that is written anew is intact');
  return bytes;
}

function headerFor(id: WorkshopId) {
  return {
    type: 'journal',
    version: FIRST_VERSION,
    prefix: id.prefix,
    base_url: id.baseUrl,
    account: id.account,
  } as const;
}
