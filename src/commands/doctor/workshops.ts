import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { cannotSaveError, usageError } from '../../errors.ts';
import { guardAgainstGit } from '../../files/git-guard.ts';
import { lookAtLocks } from '../../files/look-at-locks.ts';
import { linkNote } from '../../files/output-folder.ts';
import { judgeOwner } from '../../files/owner.ts';
import { decodeJournal } from '../../journal/codec.ts';
import { heldKeys, type JournalState } from '../../journal/fold.ts';
import { plural } from '../../plural.ts';
import { quoteArgument } from '../../shell.ts';
import { GUARDED_FILES, KEYS_FILE } from '../../workshop/folder-keeper.ts';
import { readIfExists } from '../../workshop/read-if-exists.ts';
import { readRescued } from '../../workshop/rescued-secrets.ts';
import { isMarkedShared, readMarker } from '../../workshop/shared-marker.ts';
import { keeperOf, listWorkshops } from '../../workshop/shelf.ts';
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
    if (!found) return ok(`${outRoot} does not exist yet; it is created when needed`);
    if (!found.isDirectory()) {
      throw cannotSaveError('not_a_folder', `${outRoot} is not a folder.`, {
        hint: 'Move it, or use another output folder with --out.',
      });
    }
    const link = await linkNote(outRoot);
    const finding = await lookAtFolder(outRoot, ctx);
    return link === undefined ? finding : { ...finding, says: `${finding.says}; ${link.replace(/\.$/, '')}` };
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
    throw usageError('unknown_workshop', `No workshop ${prefix} in ${outRoot}.`, {
      hint:
        names.length === 0
          ? 'Omit --prefix, or use another output folder with --out.'
          : `Workshops found: ${names.join(', ')}`,
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
      const notes = await guardAgainstGit({ folder, files: GUARDED_FILES, env: ctx.env });
      return notes[0] === undefined ? ok('git ignores this folder') : warning(notes[0]);
    }),
    ...(isMarkedShared(folder)
      ? [
          await check('database', `${prefix}: database`, async () =>
            (await import('./shared-database.ts')).lookAtSharedDatabase(folder, ctx),
          ),
        ]
      : []),
    await check('journal', `${prefix}: journal`, async () => {
      state = await readWorkshop(id, ctx);
      return lookAtJournal(folder, id, state, ctx);
    }),
    await check('lock', `${prefix}: lock`, () => lookAtLock(folder, ctx)),
  ];
  return { prefix, folder, state, checks };
}

async function lookAtFolder(folder: string, ctx: Context): Promise<Finding> {
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw cannotSaveError('not_writable', `Cannot write to ${folder}.`, {
      hint: 'Change its permissions, or use another output folder with --out.',
      cause,
    });
  }
  if (ctx.platform === 'win32')
    return ok(`${folder}; Windows has no file modes, so keep it where only you have access`);
  const found = await stat(folder);
  const verdict = await judgeOwner(folder, found, ctx);
  if ('error' in verdict) return warning(verdict.error.message, verdict.error.hint);
  if ((found.mode & 0o077) === 0) return ok(`${folder}, private`);
  return warning(
    `${folder}: other users of this computer may be able to read it`,
    `chmod 700 ${quoteArgument(folder)}`,
  );
}

async function lookAtJournal(folder: string, id: WorkshopId, state: JournalState, ctx: Context): Promise<Finding> {
  // Of a shared workshop the lines are in the database; they were read and checked for `state`.
  const bytes = (await keeperOf(id.outRoot, folder).read('journal', ctx)) ?? new Uint8Array();
  const { entries, completeBytes } = decodeJournal(bytes);
  const held = heldKeys(state).length;
  const says = `intact: ${plural(entries.length, 'entry', 'entries')}, ${plural(held, 'secret', 'secrets')}`;
  const { rescued, notes } = await readRescued(folder, ctx);
  if (notes[0] !== undefined) return warning(`${says}. ${notes.join(' ')}`);
  if (rescued.length > 0) {
    return warning(`${says}; some secrets could not be saved here and are in ${join(ctx.home, '.orkeys')}`, AGAIN);
  }
  if (completeBytes < bytes.length) {
    return warning('last line incomplete after a crash; nothing is lost, and the next run removes it', AGAIN);
  }
  const isWanted = (await readMarker(folder))?.files !== false;
  if (held > 0 && isWanted && (await readIfExists(join(folder, KEYS_FILE))) === undefined) {
    return warning(`${says}; ${KEYS_FILE} is missing`, `Rebuild it from the journal: ${commandFor(id, 'export')}`);
  }
  return ok(says);
}

const AGAIN = 'Run orkeys provision with the same roster again to resume.';

async function lookAtLock(folder: string, ctx: Context): Promise<Finding> {
  if (isMarkedShared(folder)) return (await import('./shared-database.ts')).lookAtSharedLock(folder, ctx);
  const locks = await lookAtLocks(folder, { ...ctx, command: 'doctor' });
  const held = locks.find(({ verdict }) => verdict !== 'ended');
  if (!held) {
    return ok(locks.length === 0 ? 'free' : 'free; a leftover lock will be removed by the next run');
  }
  const { note, path, verdict } = held;
  if (!note) return warning(`cannot read ${path}`, `If you are sure that orkeys is not running, delete ${path}.`);
  const who = `process ${note.pid} (${note.command || 'orkeys'}) since ${note.started_at}`;
  if (verdict === 'live') return warning(`in use by ${who}`, 'Wait for it to finish.');
  return warning(
    `in use, or left in use, by ${who} on ${note.host || 'another computer'}`,
    `If you are sure that orkeys is not running there, delete ${path}.`,
  );
}
