import { join } from 'node:path';
import { locationArgsOf, outRootOf } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { decodeJournal, type JournalText } from '../journal/codec.ts';
import { foldJournal, type JournalState } from '../journal/fold.ts';
import { cleanPrefix } from '../keys/key-name.ts';
import { readSettings } from '../settings.ts';
import { JOURNAL_FILE, KEYS_FILE } from './folder-keeper.ts';
import { readIfExists } from './read-if-exists.ts';
import { keeperOf, listWorkshops, logPlace, workshopFolder } from './shelf.ts';
import { usualPrefix } from './usual-prefix.ts';
import { SANDBOX, type WorkshopId } from './workshop-id.ts';

/** Options of commands that use only the files of a workshop: no network, no management key. */
export interface LocalFlags {
  sandbox: boolean;
  out: string | undefined;
  json: boolean;
  quiet: boolean;
}

/** The files of a workshop as they are, intact or damaged. */
export interface LocalWorkshop {
  id: WorkshopId;
  folder: string;
  /** its path, or the database that has it */
  journalPath: string;
  /** undefined if there is no journal */
  bytes: Uint8Array | undefined;
  text: JournalText;
  /** from the intact lines */
  state: JournalState;
  /** bytes of keys.json; undefined if there is none */
  keys: Uint8Array | undefined;
}

/** Reads the given workshop; without a prefix, the only one in the output folder. Throws CliError (exit 2) if there is none. */
export async function readLocalWorkshop(
  typed: string | undefined,
  flags: LocalFlags,
  ctx: Context,
): Promise<LocalWorkshop> {
  const outRoot = outRootOf(flags, ctx);
  const prefix =
    (typed === undefined ? usualPrefix(readSettings(ctx)) : cleanPrefix(typed)) || (await onlyPrefix(outRoot));
  const folder = workshopFolder(outRoot, prefix);
  const [bytes, keys] = await Promise.all([
    keeperOf(outRoot, folder).read('journal', ctx),
    readIfExists(join(folder, KEYS_FILE)),
  ]);
  if (bytes === undefined && keys === undefined) {
    throw usageError('no_workshop', `No workshop in ${folder}: ${JOURNAL_FILE} and ${KEYS_FILE} are both missing.`, {
      hint: await hintFor(outRoot),
    });
  }
  const journalPath = await logPlace(folder, 'journal');
  const text = decodeJournal(bytes ?? new Uint8Array());
  const id = {
    outRoot,
    locationArgs: locationArgsOf(flags),
    prefix,
    baseUrl: flags.sandbox ? SANDBOX : '',
    account: undefined,
  };
  return { id, folder, journalPath, bytes, text, state: foldJournal(text.entries), keys };
}

async function onlyPrefix(outRoot: string): Promise<string> {
  const [first, ...more] = await workshopsIn(outRoot);
  if (first !== undefined && more.length === 0) return first;
  throw usageError('which_workshop', first ? 'There is more than one workshop.' : `No workshop in ${outRoot}.`, {
    hint: await hintFor(outRoot),
  });
}

async function hintFor(outRoot: string): Promise<string> {
  const known = await workshopsIn(outRoot);
  return known.length > 0
    ? `Add one of these prefixes: ${known.join(', ')}`
    : 'Set the output folder with --out. For sandbox results, add --sandbox.';
}

async function workshopsIn(outRoot: string): Promise<string[]> {
  return (await listWorkshops(outRoot)).map(({ name }) => name);
}
