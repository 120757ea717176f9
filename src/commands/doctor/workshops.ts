import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { cannotSaveError, usageError } from '../../errors.ts';
import { guardAgainstGit } from '../../files/git-guard.ts';
import { lookAtLocks } from '../../files/look-at-locks.ts';
import { decodeJournal } from '../../journal/codec.ts';
import { heldKeys, type JournalState } from '../../journal/fold.ts';
import { plural } from '../../plural.ts';
import { quoteArgument } from '../../shell.ts';
import { JOURNAL_FILE, KEYS_FILE, RESULT_FILES } from '../../workshop/folder-keeper.ts';
import { readIfExists } from '../../workshop/read-if-exists.ts';
import { readRescued } from '../../workshop/rescued-secrets.ts';
import { listWorkshops } from '../../workshop/shelf.ts';
import { readWorkshop } from '../../workshop/workshop.ts';
import { commandFor, type WorkshopId } from '../../workshop/workshop-id.ts';
import type { Check } from './check.ts';
import { check, type Finding, ok, warning } from './checks.ts';

/** A workshop as it was found; `state` is missing where its journal cannot be trusted. */
export interface FoundWorkshop {
  prefix: string;
  folder: string;
  state: JournalState | undefined;
  checks: Check[];
}

/** Where results go: is it there, can it be written, is it private? Makes nothing. */
export function checkOutputFolder(outRoot: string, ctx: Context): Promise<Check> {
  return check('output_folder', 'Output folder', async () => {
    const found = await stat(outRoot).catch(() => undefined);
    if (!found) return ok(`${outRoot} is not there yet; it is made when it is needed`);
    if (!found.isDirectory()) {
      throw cannotSaveError('not_a_folder', `${outRoot} is not a folder.`, {
        hint: 'Move it away, or use another --out.',
      });
    }
    return lookAtFolder(outRoot, ctx);
  });
}

/** Each workshop under the output root, or the one that was asked for. Throws `unknown_workshop`. */
export async function checkWorkshops(
  { outRoot, locationArgs }: Pick<WorkshopId, 'outRoot' | 'locationArgs'>,
  prefix: string | undefined,
  ctx: Context,
): Promise<FoundWorkshop[]> {
  const names = (await listWorkshops(outRoot)).map(({ name }) => name);
  if (prefix !== undefined && !names.includes(prefix)) {
    throw usageError('unknown_workshop', `There is no workshop ${prefix} in ${outRoot}.`, {
      hint:
        names.length === 0
          ? 'Leave --prefix out, or name another folder with --out.'
          : `There are: ${names.join(', ')}.`,
    });
  }
  const wanted = prefix === undefined ? names : [prefix];
  return Promise.all(
    wanted.map((name) => checkWorkshop({ outRoot, locationArgs, prefix: name, baseUrl: '', account: undefined }, ctx)),
  );
}

async function checkWorkshop(id: WorkshopId, ctx: Context): Promise<FoundWorkshop> {
  const { outRoot, prefix } = id;
  const folder = join(outRoot, prefix);
  let state: JournalState | undefined;
  const checks = [
    await check('workshop_folder', `${prefix}: folder`, () => lookAtFolder(folder, ctx)),
    await check('git', `${prefix}: git`, async () => {
      const notes = await guardAgainstGit({ folder, files: RESULT_FILES, env: ctx.env });
      return notes[0] === undefined ? ok('git keeps away from the keys') : warning(notes[0]);
    }),
    await check('journal', `${prefix}: journal`, async () => {
      state = await readWorkshop(id, ctx);
      return lookAtJournal(folder, id, state, ctx);
    }),
    await check('lock', `${prefix}: lock`, () => lookAtLock(folder, ctx)),
  ];
  return { prefix, folder, state, checks };
}

async function lookAtFolder(folder: string, { platform }: Context): Promise<Finding> {
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw cannotSaveError('not_writable', `${folder} cannot be written to.`, {
      hint: 'Give yourself the right to write there, or use another --out.',
      cause,
    });
  }
  if (platform === 'win32') return ok(`${folder}; Windows has no file modes: keep it where only you can look`);
  const { mode } = await stat(folder);
  if ((mode & 0o077) === 0) return ok(`${folder}, private`);
  return warning(`${folder}: other users of this computer may look into it`, `chmod 700 ${quoteArgument(folder)}`);
}

async function lookAtJournal(folder: string, id: WorkshopId, state: JournalState, ctx: Context): Promise<Finding> {
  const bytes = (await readIfExists(join(folder, JOURNAL_FILE))) ?? new Uint8Array();
  const { entries, completeBytes } = decodeJournal(bytes);
  const held = heldKeys(state).length;
  const says = `whole: ${plural(entries.length, 'entry', 'entries')}, ${plural(held, 'secret', 'secrets')}`;
  if ((await readRescued(folder, ctx)).length > 0) {
    return warning(`${says}; secrets that could not be saved here wait in ${join(ctx.home, '.orkeys')}`, AGAIN);
  }
  if (completeBytes < bytes.length) {
    return warning('a crash tore its last line; nothing is lost, and the next run cuts it off', AGAIN);
  }
  if (held > 0 && (await readIfExists(join(folder, KEYS_FILE))) === undefined) {
    return warning(`${says}; ${KEYS_FILE} is missing`, `Make it again from the journal: ${commandFor(id, 'export')}`);
  }
  return ok(says);
}

const AGAIN = 'Run orkeys provision with the same roster again; it goes on where it stopped.';

async function lookAtLock(folder: string, ctx: Context): Promise<Finding> {
  const locks = await lookAtLocks(folder, { ...ctx, command: 'doctor' });
  const held = locks.find(({ verdict }) => verdict !== 'ended');
  if (!held) {
    return ok(locks.length === 0 ? 'free' : 'free: what held it has ended, and the next run clears it away');
  }
  const { note, path, verdict } = held;
  if (!note) return warning(`${path} cannot be read`, `If no orkeys is running, delete ${path}.`);
  const who = `process ${note.pid} (${note.command || 'orkeys'}) since ${note.started_at}`;
  if (verdict === 'live') return warning(`${who} works here`, 'Wait until it has ended.');
  return warning(
    `${who} on ${note.host || 'another machine'} works here, or did`,
    `If it is certain that no orkeys is running there, delete ${path}.`,
  );
}
