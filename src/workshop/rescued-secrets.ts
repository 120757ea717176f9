import { createHash } from 'node:crypto';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { openOutputFolder } from '../files/output-folder.ts';
import { judgeOwner, requireOwn } from '../files/owner.ts';
import { writePrivateFile } from '../files/private-file.ts';
import { lookAtTarget, refuseLink } from '../files/target.ts';
import { unlinkPatiently } from '../files/while-held.ts';
import { decodeJournal } from '../journal/codec.ts';
import type { JournalEntry } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import { adoptRescued, fitsHere, type Whose } from '../journal/rescue.ts';
import { readIfExists } from './read-if-exists.ts';

/** Saves journal lines of a workshop in the user's home folder; returns the path, or undefined if that fails too. */
export async function saveRescued(
  folder: string,
  tag: string,
  lines: string,
  ctx: Context,
): Promise<string | undefined> {
  const home = rescueFolder(ctx);
  // One file per secret, so that several can be saved at the same time.
  const [start] = await rescueNames(folder, ctx);
  const path = join(home, `${start}${tag}.jsonl`);
  try {
    await openOutputFolder({ folder: home, root: home, files: [] }, ctx);
    await writePrivateFile(path, Buffer.from(lines), ctx);
    return path;
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

export interface Rescued {
  path: string;
  entries: JournalEntry[];
}

/** The secrets that earlier runs had to save in the user's home folder. A file that cannot be used is skipped; `notes` says why. */
export async function readRescued(folder: string, ctx: Context): Promise<{ rescued: Rescued[]; notes: string[] }> {
  const home = rescueFolder(ctx);
  const [names, prefixes] = await Promise.all([readdir(home).catch(() => []), rescueNames(folder, ctx)]);
  const ours = names.filter((name) => name.endsWith('.jsonl') && prefixes.some((prefix) => name.startsWith(prefix)));
  const rescued: Rescued[] = [];
  const notes: string[] = [];
  for (const name of ours.sort()) {
    const path = join(home, name);
    try {
      rescued.push({ path, entries: await readOwn(path, ctx) });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      notes.push(`Skipped saved secrets: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`);
    }
  }
  return { rescued, notes };
}

/**
 * Moves secrets that were saved in the user's home folder into the journal. Throws CliError (exit 6) if other users can change
 * that folder: the next secret could not be saved there either. Returns what the user should know.
 */
export async function restoreRescued(folder: string, journal: Journal, here: Whose, ctx: Context): Promise<string[]> {
  const home = rescueFolder(ctx);
  const found = await stat(home).catch(() => undefined);
  if (found === undefined) return [];
  await refuseLink(home);
  const note = await requireOwn(home, found, ctx);
  const { rescued, notes } = await readRescued(folder, ctx);
  for (const { path, entries } of rescued) {
    if (!fitsHere(entries, here)) {
      notes.push(`${path} contains a secret of another workshop or account. It was not restored.`);
      continue;
    }
    await adoptRescued(journal, entries);
    // A file without a readable secret is kept for the user to inspect.
    if (entries.some(({ type }) => type === 'created')) await unlinkPatiently(path, ctx);
  }
  return note === undefined ? notes : [note, ...notes];
}

async function readOwn(path: string, ctx: Context): Promise<JournalEntry[]> {
  const found = await lookAtTarget(path);
  if (found === undefined) return [];
  const verdict = await judgeOwner(path, found, ctx);
  if ('error' in verdict) throw verdict.error;
  return decodeJournal((await readIfExists(path)) ?? new Uint8Array()).entries;
}

function rescueFolder(ctx: Context): string {
  return join(ctx.home, '.orkeys');
}

/** How the names of a workshop's files begin: the first is for new ones, the second what older versions wrote. */
async function rescueNames(folder: string, { platform }: Context): Promise<readonly [string, string]> {
  // The same folder under another spelling, or through a link, is the same workshop.
  const real = await realpath(folder).catch(() => folder);
  const folds = platform === 'win32' || platform === 'darwin';
  return [nameFor(folds ? real.normalize('NFC').toLowerCase() : real), nameFor(folder)];
}

function nameFor(folder: string): string {
  return `rescued-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}-`;
}
