import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { openOutputFolder } from '../files/output-folder.ts';
import { writePrivateFile } from '../files/private-file.ts';
import { readSafely } from '../files/safe-read.ts';
import { decodeJournal } from '../journal/codec.ts';
import type { JournalEntry } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import { adoptRescued, fitsHere, type Whose } from '../journal/rescue.ts';

/** Saves journal lines of a workshop in the user's home folder; returns the path, or undefined if that fails too. */
export async function saveRescued(
  folder: string,
  tag: string,
  lines: string,
  ctx: Context,
): Promise<string | undefined> {
  const home = rescueFolder(ctx);
  // One file per secret, so that several can be saved at the same time.
  const path = join(home, `${rescueName(folder)}${tag}.jsonl`);
  try {
    await openOutputFolder({ folder: home, root: home, files: [] }, ctx);
    await writePrivateFile(path, Buffer.from(lines), ctx);
    return path;
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

/** The secrets that earlier runs had to save in the user's home folder. */
export async function readRescued(folder: string, ctx: Context): Promise<{ path: string; entries: JournalEntry[] }[]> {
  const home = rescueFolder(ctx);
  const names = await readdir(home).catch(() => []);
  const ours = names.filter((name) => name.startsWith(rescueName(folder)) && name.endsWith('.jsonl')).sort();
  return Promise.all(
    ours.map(async (name) => {
      const path = join(home, name);
      return { path, entries: decodeJournal((await readSafely(path)) ?? new Uint8Array()).entries };
    }),
  );
}

/** Moves secrets that were saved in the user's home folder into the journal. Returns warnings about those that belong elsewhere. */
export async function restoreRescued(folder: string, journal: Journal, here: Whose, ctx: Context): Promise<string[]> {
  const warnings: string[] = [];
  for (const { path, entries } of await readRescued(folder, ctx)) {
    if (!fitsHere(entries, here)) {
      warnings.push(`${path} contains a secret of another workshop or account. It was not restored.`);
      continue;
    }
    await adoptRescued(journal, entries);
    // A file without a readable secret is kept for the user to inspect.
    if (entries.some(({ type }) => type === 'created')) await rm(path);
  }
  return warnings;
}

function rescueFolder(ctx: Context): string {
  return join(ctx.home, '.orkeys');
}

function rescueName(folder: string): string {
  return `rescued-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}-`;
}
