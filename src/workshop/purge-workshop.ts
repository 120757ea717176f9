import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { removeTree } from '../files/remove-tree.ts';
import { decodeJournal } from '../journal/codec.ts';
import { foldJournal, heldKeys, type JournalState } from '../journal/fold.ts';
import { type PurgeWishes, purgedEntries } from '../journal/purge.ts';
import { readSavedKeys } from '../journal/saved-keys.ts';
import { Redactor, Secret } from '../secret.ts';
import { HANDOUT_FOLDER, KEYS_FILE } from './folder-keeper.ts';
import { readIfExists } from './read-if-exists.ts';
import { type SavedFile, saveResults } from './save-results.ts';
import type { Workshop } from './workshop.ts';

/** Files that exist for their secrets alone, or that are copies: what `purge` removes. */
const REMOVED = [
  new RegExp(`^${HANDOUT_FOLDER}$`),
  // what the sandbox's mail server took
  /^outbox$/,
  /^keys-\d+\.(?:xlsx|json)$/,
  /^(?:journal|usage|handouts)-before-\w+\.jsonl$/,
];
/** Files that name people, and that nothing else is rebuilt from: tables, reports, and the logs of hand-outs and of spending. */
const ABOUT_PEOPLE = [/^keys\.xlsx$/, /^problems(?:-\d+)?\.xlsx$/, /^handouts\.jsonl$/, /^usage(?:-\d+)?\.\w+$/];

/** Names of files and folders in that of a workshop that `purge` removes, sorted. */
export async function listRemoved(folder: string, people: boolean): Promise<string[]> {
  const names = await readdir(folder);
  const isRemoved = (name: string) =>
    REMOVED.some((pattern) => pattern.test(name)) || (people && ABOUT_PEOPLE.some((pattern) => pattern.test(name)));
  return names.filter(isRemoved).sort();
}

/** Knows all secrets of a workshop: of its journal, of keys.json and of the older journals beside it. */
export async function knowSecrets(folder: string, state: JournalState): Promise<{ redactor: Redactor; count: number }> {
  const secrets = new Set(heldKeys(state).flatMap(({ secret }) => secret?.reveal() ?? []));
  for (const { key } of readSavedKeys((await readIfExists(join(folder, KEYS_FILE))) ?? new Uint8Array()) ?? []) {
    secrets.add(key);
  }
  for (const name of (await readdir(folder)).filter((each) => /^journal-before-\w+\.jsonl$/.test(each))) {
    const { entries } = decodeJournal((await readIfExists(join(folder, name))) ?? new Uint8Array());
    for (const entry of entries) if ('key' in entry && entry.key !== undefined) secrets.add(entry.key);
  }
  const redactor = new Redactor();
  for (const secret of secrets) redactor.learn(new Secret(secret));
  return { redactor, count: secrets.size };
}

/**
 * Removes the secrets of a workshop from its files. The journal comes last: killed before, a purge is simply done again, and knows
 * all secrets that it has to look for.
 */
export async function purgeWorkshop(
  workshop: Workshop,
  removed: readonly string[],
  wishes: PurgeWishes,
  ctx: Context,
): Promise<SavedFile[]> {
  const { folder, journal } = workshop;
  for (const name of removed) await removeTree(join(folder, name), ctx);
  const text = decodeJournal(await workshop.readJournal());
  if (wishes.people) await workshop.emptySideLogs();
  const entries = purgedEntries(text.entries, journal.state, wishes);
  // What was written here before has secrets.
  const writesResults = workshop.writesResults || existsSync(join(folder, KEYS_FILE));
  const files = await saveResults({ folder, journal: { state: foldJournal(entries) }, writesResults }, ctx);
  await workshop.replaceJournal(entries);
  return files;
}
