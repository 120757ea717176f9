import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createJournal, type Journal } from '../apply/journal.ts';
import { decodeJournal, type JournalText } from '../apply/journal-lines.ts';
import type { Context } from '../context.ts';
import { CliError, EXIT, usageError } from '../errors.ts';
import { type AppendFile, openAppendFile } from '../files/append-file.ts';
import { safeFolderName } from '../files/folder-name.ts';
import { guardAgainstGit } from '../files/git-guard.ts';
import { acquireLock, type Lock } from '../files/lock.ts';
import { openOutputFolder } from '../files/output-folder.ts';
import { writePrivateFile } from '../files/private-file.ts';
import { removeLeftovers } from '../files/temporary.ts';
import { foldJournal, type JournalState } from '../plan/fold-journal.ts';
import { JOURNAL_VERSION } from '../plan/journal-entry.ts';
import type { Secret } from '../secret.ts';

export const JOURNAL_FILE = 'journal.jsonl';
export const RESULT_FILES: readonly string[] = [JOURNAL_FILE, 'keys.json', 'keys.xlsx', 'problems.xlsx'];

/** Which workshop, on which account. */
export interface WorkshopId {
  /** absolute: the folder of all workshops */
  outRoot: string;
  prefix: string;
  baseUrl: string;
  /** who owns the account, as far as the service says */
  account: string | undefined;
}

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
    await checkProjections(folder, path);
    file = await openAppendFile(path, ctx);
    const text = decodeJournal(await file.readWhole());
    const state = trustedState(text, path, id);
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
export async function readWorkshop(id: WorkshopId): Promise<JournalState> {
  const folder = workshopFolder(id.outRoot, id.prefix);
  const path = join(folder, JOURNAL_FILE);
  await checkProjections(folder, path);
  const bytes = await readIfThere(path);
  return bytes ? trustedState(decodeJournal(bytes), path, id) : foldJournal([]);
}

function workshopOf(id: WorkshopId, folder: string, journal: Journal, file: AppendFile, lock: Lock, ctx: Context) {
  return {
    folder,
    prefix: id.prefix,
    journal,
    rescue: ({ tag, line }: { tag: string; line: string }) => rescueLine(folder, tag, line, ctx),
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

/** The journal's state, if it is whole, of a version that we know, and about this workshop on this account. */
function trustedState(text: JournalText, path: string, id: WorkshopId): JournalState {
  if (text.newerVersion !== undefined) {
    throw usageError('journal_newer', `${path} was written by a newer orkeys (format ${text.newerVersion}).`, {
      hint: 'Update orkeys: npm install -g orkeys@latest',
    });
  }
  if (text.damaged.length > 0) {
    throw usageError('journal_damaged', `${path} is damaged; nothing was changed.`, {
      hint: `See what is wrong with: orkeys journal verify ${id.prefix}   Then mend it with: orkeys journal repair ${id.prefix}`,
      issues: text.damaged.map(({ line, why }) => ({
        code: 'damaged_line',
        row: line,
        message: `line ${line}: ${why}`,
      })),
    });
  }
  const state = foldJournal(text.entries);
  checkHeader(state, path, id);
  return state;
}

function checkHeader(state: JournalState, path: string, id: WorkshopId): void {
  const header = state.header;
  if (!header) return;
  if (header.prefix !== id.prefix) {
    throw usageError('journal_of_another', `${path} belongs to prefix ${header.prefix}, not to ${id.prefix}.`, {
      hint: `Use --prefix ${header.prefix}, or another --out.`,
    });
  }
  if (id.baseUrl !== '' && header.base_url !== id.baseUrl) {
    throw usageError('journal_of_another', `${path} was made at ${header.base_url}, not at ${id.baseUrl}.`, {
      hint: 'Set ORKEYS_BASE_URL back, or use another --out.',
    });
  }
  if (header.account !== undefined && id.account !== undefined && header.account !== id.account) {
    throw usageError('journal_of_another', `${path} was made on another account than this management key's.`, {
      hint: 'Use the management key of that account, or another --out.',
    });
  }
}

/** keys.json without its journal: starting afresh would make every key a second time. */
async function checkProjections(folder: string, journalPath: string): Promise<void> {
  if ((await readIfThere(journalPath)) !== undefined) return;
  const keys = join(folder, 'keys.json');
  if ((await readIfThere(keys)) === undefined) return;
  throw usageError(
    'journal_missing',
    `${keys} is there, but its journal ${JOURNAL_FILE} is not; nothing was changed.`,
    {
      hint: `Put ${JOURNAL_FILE} back beside it, or make a new one from keys.json with: orkeys journal rebuild`,
    },
  );
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new CliError('cannot_read', EXIT.CANNOT_SAVE, `${path} cannot be read.`, {
      hint: 'Is it a folder, or does it belong to somebody else? Move it away, or use another --out.',
      cause: error,
    });
  }
}

/** One file a secret, so that several may be saved at once. */
function rescueName(folder: string): string {
  return `rescued-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}-`;
}

async function rescueLine(folder: string, tag: string, line: string, ctx: Context): Promise<string | undefined> {
  const home = join(ctx.home, '.orkeys');
  const path = join(home, `${rescueName(folder)}${tag}.jsonl`);
  try {
    await openOutputFolder({ folder: home, root: home, files: [] }, ctx);
    await writePrivateFile(path, Buffer.from(`${line}\n`), ctx);
    return path;
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

/** Secrets that an earlier run had to save in the user's home come back into the journal. */
async function bringRescuedHome(folder: string, journal: Journal, ctx: Context): Promise<void> {
  const home = join(ctx.home, '.orkeys');
  const names = await readdir(home).catch(() => []);
  for (const name of names.filter((name) => name.startsWith(rescueName(folder)))) {
    const bytes = await readIfThere(join(home, name));
    for (const entry of decodeJournal(bytes ?? new Uint8Array()).entries) {
      if (entry.type !== 'created' || journal.state.tags.get(entry.tag)?.status === 'held') continue;
      const { at: _, ...rest } = entry;
      await journal.append(rest);
    }
    await rm(join(home, name));
  }
}
