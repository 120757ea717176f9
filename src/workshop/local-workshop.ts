import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { outRootOf, placeOf } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { decodeJournal, type JournalText } from '../journal/codec.ts';
import { foldJournal, type JournalState } from '../journal/fold.ts';
import { cleanPrefix } from '../keys/key-name.ts';
import { readSettings } from '../settings.ts';
import { JOURNAL_FILE, KEYS_FILE, readIfThere, SANDBOX, type WorkshopId } from './trusted-journal.ts';
import { workshopFolder } from './workshop.ts';

/** Flags of commands that work on a workshop's files alone: no network, no management key. */
export interface LocalFlags {
  sandbox: boolean;
  out: string | undefined;
  json: boolean;
  quiet: boolean;
}

/** A workshop's files as they are, whole or not. */
export interface LocalWorkshop {
  id: WorkshopId;
  folder: string;
  journalPath: string;
  /** undefined when there is no journal */
  bytes: Uint8Array | undefined;
  text: JournalText;
  /** what the readable lines say */
  state: JournalState;
  /** bytes of keys.json; undefined when there is none */
  keys: Uint8Array | undefined;
}

/** Reads the workshop that was named; or, when none was, the only one there is. Throws CliError (exit 2) when there is none. */
export async function readLocalWorkshop(
  typed: string | undefined,
  flags: LocalFlags,
  ctx: Context,
): Promise<LocalWorkshop> {
  const outRoot = outRootOf(flags, ctx);
  const prefix = cleanPrefix(typed ?? readSettings(ctx).get('ORKEYS_PREFIX') ?? '') || (await onlyPrefix(outRoot));
  const folder = workshopFolder(outRoot, prefix);
  const journalPath = join(folder, JOURNAL_FILE);
  const [bytes, keys] = await Promise.all([readIfThere(journalPath), readIfThere(join(folder, KEYS_FILE))]);
  if (bytes === undefined && keys === undefined) {
    throw usageError('no_workshop', `There is neither ${JOURNAL_FILE} nor ${KEYS_FILE} in ${folder}.`, {
      hint: await hintFor(outRoot),
    });
  }
  const text = decodeJournal(bytes ?? new Uint8Array());
  const id = { outRoot, place: placeOf(flags), prefix, baseUrl: flags.sandbox ? SANDBOX : '', account: undefined };
  return { id, folder, journalPath, bytes, text, state: foldJournal(text.entries), keys };
}

async function onlyPrefix(outRoot: string): Promise<string> {
  const [first, ...more] = await workshopsIn(outRoot);
  if (first !== undefined && more.length === 0) return first;
  throw usageError('which_workshop', first ? 'Which workshop? There are several.' : `No workshop in ${outRoot}.`, {
    hint: await hintFor(outRoot),
  });
}

async function hintFor(outRoot: string): Promise<string> {
  const known = await workshopsIn(outRoot);
  return known.length > 0
    ? `Name one of: ${known.join(', ')}.`
    : 'Name the folder of the results with --out; results of the sandbox need --sandbox.';
}

async function workshopsIn(outRoot: string): Promise<string[]> {
  const entries = await readdir(outRoot, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const found = await Promise.all(
    folders.map(async (name) => {
      const files = await readdir(join(outRoot, name)).catch((): string[] => []);
      return files.includes(JOURNAL_FILE) || files.includes(KEYS_FILE) ? [name] : [];
    }),
  );
  return found.flat().sort();
}
