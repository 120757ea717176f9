import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { guardAgainstGit } from '../files/git-guard.ts';
import { lookAtTarget } from '../files/target.ts';
import { decodeJournal } from '../journal/codec.ts';
import { JOURNAL_VERSION } from '../journal/entry.ts';
import type { JournalState } from '../journal/fold.ts';
import { createJournal, type Journal } from '../journal/journal.ts';
import { adoptRescued, rescuedLines } from '../journal/rescue.ts';
import type { Secret } from '../secret.ts';
import { RESULT_FILES } from './folder-keeper.ts';
import { bringRescuedHome, readRescued, saveRescued } from './rescued-secrets.ts';
import { keeperOf, workshopFolder } from './shelf.ts';
import { trustedState } from './trusted-journal.ts';
import type { WorkshopId } from './workshop-id.ts';

/** A workshop, locked and with its journal open: nobody else writes here meanwhile. */
export interface Workshop {
  folder: string;
  prefix: string;
  journal: Journal;
  /** what the user should know about the folder */
  warnings: readonly string[];
  /** Saves a secret elsewhere when the journal cannot be written; the next opening brings it home. */
  rescue(entry: { tag: string; secret: Secret; line: string }): Promise<string | undefined>;
  close(): Promise<void>;
}

/**
 * Opens a workshop for changes: folder, git check, lock, journal; cuts an incomplete last line; brings rescued secrets home.
 * Throws CliError where anything of that fails: then nothing was created.
 */
export async function openWorkshop(id: WorkshopId, command: string, ctx: Context): Promise<Workshop> {
  const folder = workshopFolder(id.outRoot, id.prefix);
  const keeper = keeperOf(id.outRoot, folder);
  const open = await keeper.open(command, ctx);
  try {
    // Checked before the log is opened, which would create one where it is missing.
    await trustedState(decodeJournal((await keeper.read('journal')) ?? new Uint8Array()), folder, id);
    const log = await open.openLog('journal');
    const text = decodeJournal(await log.readWhole());
    const state = await trustedState(text, folder, id);
    await log.truncateTo(text.wholeBytes);
    const journal = createJournal({ state, sink: log, now: ctx.now });
    const warnings = [...open.warnings];
    if (!state.header) await journal.append(headerFor(id));
    else if (state.header.account === undefined && id.account !== undefined) {
      await journal.append({ ...headerFor(id), base_url: state.header.base_url });
      warnings.push(
        `The journal of ${id.prefix} named no account; from now on it belongs to this one (${id.account}).`,
      );
    }
    await bringRescuedHome(folder, journal, ctx);
    return {
      folder,
      prefix: id.prefix,
      journal,
      warnings,
      rescue: ({ tag, line }) => saveRescued(folder, tag, rescuedLines(journal.state, tag, line), ctx),
      close: () => open.close(),
    };
  } catch (error) {
    await open.close();
    throw error;
  }
}

/** What is known about a workshop, without touching anything: for dry runs and for showing. */
export async function readWorkshop(id: WorkshopId, ctx: Context): Promise<JournalState> {
  const folder = workshopFolder(id.outRoot, id.prefix);
  const bytes = await keeperOf(id.outRoot, folder).read('journal');
  const state = await trustedState(decodeJournal(bytes ?? new Uint8Array()), folder, id);
  const inMemory = createJournal({ state, sink: { append: async () => {} }, now: ctx.now });
  for (const { entries } of await readRescued(folder, ctx)) await adoptRescued(inMemory, entries);
  return state;
}

/** For dry runs: throws what would refuse a run before it creates anything, as far as checking can tell. */
export async function checkFolder(id: WorkshopId, ctx: Context): Promise<void> {
  const folder = workshopFolder(id.outRoot, id.prefix);
  for (const name of existsSync(folder) ? RESULT_FILES : []) await lookAtTarget(join(folder, name));
  // A run that comes first writes this file, and with it git keeps away.
  if (existsSync(join(folder, '.gitignore'))) await guardAgainstGit({ folder, files: RESULT_FILES, env: ctx.env });
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
