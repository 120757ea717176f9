import { existsSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { refuseLinkedFolder } from '../files/safe-read.ts';
import { errnoOf } from '../files/save-error.ts';
import { unlinkPatiently } from '../files/while-held.ts';
import { mailOwnerOf, type RecordedMail } from '../handout/fold-mailings.ts';
import { HANDOUT_LOG, type HandoutsState, type Outdated, outdatedIn } from '../handout/handout-log.ts';
import { livingAttempt } from '../journal/attempt.ts';
import { attemptsFor, type JournalState } from '../journal/fold.ts';
import { plural } from '../plural.ts';
import { isGroup } from '../roster/group.ts';
import { foldEmail } from '../roster/identity.ts';
import { HANDOUT_FOLDER } from './folder-keeper.ts';
import { workshopFolder } from './shelf.ts';
import { readSideLog } from './side-log.ts';
import { commandFor, type WorkshopId } from './workshop-id.ts';

/** What orkeys itself writes into the folder of one person. Whatever else is there is theirs. */
export const PERSON_FILES: readonly string[] = ['.env', 'key.html', 'START.md', '.gitignore'];

/** Where a person has a single file instead of a folder: an archive, a draft of a mail. */
const SINGLE_FILES = [`${HANDOUT_FOLDER}/zip/`, `${HANDOUT_FOLDER}/drafts/`];

/**
 * Deletes hand-outs whose keys were rotated, revoked or lost, so that nobody gives them out, and says in sentences what it did. Files
 * that also have keys that work are only named, with `saysPartly`. Where a file cannot be deleted it says so: no command fails for it.
 */
export async function tidyHandouts(
  id: WorkshopId,
  state: JournalState,
  ctx: Context,
  { saysPartly }: { saysPartly: boolean },
): Promise<string[]> {
  const folder = workshopFolder(id.outRoot, id.prefix);
  try {
    const handouts = await readSideLog(id, HANDOUT_LOG, ctx);
    const outdated = outdatedIn(handouts, (tag) => isPresent(tag, state));
    const deleted: string[] = [];
    for (const path of outdated.files.filter(isOurs)) {
      if (await deleteFile(folder, path, ctx)) deleted.push(path);
    }
    for (const path of outdated.folders.filter(isOurs)) {
      const deleteIt = SINGLE_FILES.some((below) => path.startsWith(below)) ? deleteFile : deleteFolder;
      if (await deleteIt(folder, path, ctx)) deleted.push(path);
    }
    return [
      ...deletedNotes(deleted),
      ...(saysPartly ? [...partlyNotes(id, folder, outdated), ...mailNotes(id, handouts, state)] : []),
    ];
  } catch (error) {
    if (!(error instanceof CliError) && errnoOf(error) === undefined) throw error;
    return [`Cannot delete outdated hand-outs in ${join(folder, HANDOUT_FOLDER)}: ${messageOf(error)}`];
  }
}

function isPresent(tag: string, state: JournalState): boolean {
  const attempt = state.attempts.get(tag);
  return attempt !== undefined && livingAttempt(attemptsFor(state, attempt.person))?.tag === tag;
}

/** The log says where a file is; a path that leads elsewhere was not written by us. */
function isOurs(path: string): boolean {
  return /^handout\/(?:(?:people|zip|drafts)\/)?[\w-][\w.-]*$/.test(path);
}

async function deleteFile(folder: string, path: string, ctx: Context): Promise<boolean> {
  const file = join(folder, path);
  for (const above of [join(folder, HANDOUT_FOLDER), dirname(file)]) await refuseLinkedFolder(above);
  if (!existsSync(file)) return false;
  await unlinkPatiently(file, ctx);
  return true;
}

async function deleteFolder(folder: string, path: string, ctx: Context): Promise<boolean> {
  const person = join(folder, path);
  for (const above of [join(folder, HANDOUT_FOLDER), join(folder, HANDOUT_FOLDER, 'people'), person]) {
    await refuseLinkedFolder(above);
  }
  const present = PERSON_FILES.map((name) => join(person, name)).filter((file) => existsSync(file));
  for (const file of present) await unlinkPatiently(file, ctx);
  await rmdir(person).catch(() => undefined);
  return present.length > 0;
}

function deletedNotes(deleted: readonly string[]): string[] {
  if (deleted.length === 0) return [];
  const more = deleted.length - MOST_NAMED;
  const names = `${deleted.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [`Deleted hand-outs whose keys no longer work: ${names}`];
}

const MOST_NAMED = 5;

/** People with a present key who had a mail with an earlier one only. */
function mailNotes(id: WorkshopId, { mailings }: HandoutsState, state: JournalState): string[] {
  const sent = [...mailings.mails.values()].filter(({ state: what }) => what === 'accepted');
  const served = new Set(sent.filter(({ tag }) => isPresent(tag, state)).map(mailOwnerOf));
  const stale = new Set(
    sent.flatMap((mail) => {
      const owner = mailOwnerOf(mail);
      return served.has(owner) || !hasKey(mail, state) ? [] : [owner];
    }),
  );
  if (stale.size === 0) return [];
  return [
    `${plural(stale.size, 'participant')} got an email with a key no longer in use; to send the current one: ${commandFor(id, 'mail', 'send')}`,
  ];
}

/** Whether whose mail it is has a present key: who left a group has none. */
function hasKey({ person, to }: RecordedMail, state: JournalState): boolean {
  const attempt = livingAttempt(attemptsFor(state, person));
  if (!attempt) return false;
  if (!isGroup(attempt.participant)) return true;
  const addresses = new Set(attempt.participant.members.flatMap(({ emails }) => emails.map(foldEmail)));
  return to.some((address) => addresses.has(foldEmail(address)));
}

function partlyNotes(id: WorkshopId, folder: string, { partly }: Outdated): string[] {
  return partly.flatMap(({ path, what, keys }) => {
    if (!existsSync(join(folder, path))) return [];
    const again = commandFor(id, 'handout', ...(WITH_OPTIONS[what] ?? [what]));
    return [`${path} has ${plural(keys, 'key')} no longer in use; to write it again: ${again}`];
  });
}

/** by way of handing out: the subcommand and what it needs */
const WITH_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  hub: ['table', '--format', 'hub'],
  moodle: ['moodle', '--worksheet', 'grades.csv'],
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
