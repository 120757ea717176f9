import type { Context, Output } from '../../context.ts';
import { plural } from '../../plural.ts';
import { createStyle } from '../../terminal/style.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { titledLine } from '../../terminal/wrap.ts';
import { filesJson } from '../../views/key-json.ts';
import type { ShownFile } from '../../views/shown-file.ts';

export interface PurgeView {
  prefix: string;
  folder: string;
  sandbox: boolean;
  dryRun: boolean;
  /** names and addresses go too */
  people: boolean;
  /** number of secrets that are known */
  secrets: number;
  /** names of keys that still exist */
  working: readonly string[];
  /** files and folders that are removed */
  removed: readonly string[];
  /** files that were written again */
  files: readonly ShownFile[];
  /** before: as things are; afterwards: what is left */
  search: { files: number; found: readonly string[]; unread: readonly string[] };
  /** the command that replaces keys */
  rotate: string;
}

const REWRITTEN = ['journal.jsonl', 'keys.json', 'keys.xlsx'];

export function renderPurgePlan(view: PurgeView, output: Output, { env }: Pick<Context, 'env'>): string {
  const { prefix, secrets, working, removed, people, search, dryRun } = view;
  const { bold } = createStyle(env, output);
  const line = (title: string, text: string) => titledLine(title, visibleText(text), output, bold);
  const of = working.length > 0 ? `; ${plural(working.length, 'key')} still ${exist(working)}` : '';
  let text = line(
    'Purge',
    `${prefix}: ${plural(secrets, 'secret')} in ${plural(filesOf(search.found).length, 'file')}${of}`,
  );
  text += line('Rewrite', REWRITTEN.filter((name) => !removed.includes(name)).join(', '));
  if (removed.length > 0) text += line('Remove', removed.join(', '));
  text += line('Keep', keptText(people));
  const others = foreignFinds(view);
  if (others.length > 0)
    text += line(
      'Other',
      `${othersText(others)}; orkeys did not write ${others.length === 1 ? 'it' : 'them'}, so remove ${others.length === 1 ? 'it' : 'them'} yourself`,
    );
  for (const each of search.unread.filter((name) => !isRemoved(name, removed))) text += line('Unread', each);
  return dryRun ? `${text}Dry run: nothing was changed.\n` : text;
}

export function renderPurged(view: PurgeView, { env, stdout }: Pick<Context, 'env' | 'stdout'>): string {
  const { prefix, folder, secrets, removed, search, working, rotate, files } = view;
  const { bold } = createStyle(env, stdout);
  const line = (title: string, text: string) => titledLine(title, visibleText(text), stdout, bold);
  let text = `${bold('Purged')} ${prefix}: ${plural(secrets, 'secret')}\n`;
  if (removed.length > 0) text += line('Removed', removed.join(', '));
  for (const { path, failed } of files) if (failed !== undefined) text += line('Failed', `${path}: ${failed}`);
  const clean =
    search.found.length === 0 ? 'no secret is left' : `${plural(filesOf(search.found).length, 'file')} with a secret`;
  text += line('Checked', `${plural(search.files, 'file')} in ${folder}, archives included: ${clean}`);
  for (const each of search.found)
    text += line('Left', `${each} contains a secret; remove it, then run the same command again`);
  for (const each of search.unread) text += line('Unread', each);
  text += line(
    'Note',
    BEYOND_REACH + (working.length > 0 ? '' : ' The keys are deleted, so none of these opens anything.'),
  );
  if (working.length > 0) {
    text += `${plural(working.length, 'key')} still ${exist(working)}, and nobody can read ${working.length === 1 ? 'its secret' : 'their secrets'} here again. To replace ${working.length === 1 ? 'it' : 'them'}:\n  ${rotate}\n`;
  }
  return text;
}

/** The result when there is nothing to do. */
export function renderNothing(
  { prefix, folder, search }: PurgeView,
  { env, stdout }: Pick<Context, 'env' | 'stdout'>,
): string {
  const { bold } = createStyle(env, stdout);
  const line = (title: string, text: string) => titledLine(title, visibleText(text), stdout, bold);
  const text = `Nothing to purge: no secret of ${visibleText(prefix)} in ${plural(search.files, 'file')} in ${visibleText(folder)}\n`;
  return text + search.unread.map((each) => line('Unread', each)).join('');
}

const BEYOND_REACH =
  'Copies elsewhere cannot be removed from here: backups, synced folders, printed pages, sent messages. Disks keep deleted data for a while.';

/** Format: docs/json.md. */
export function purgeJson(view: PurgeView) {
  const { search } = view;
  return {
    version: 1,
    command: 'purge',
    dry_run: view.dryRun,
    sandbox: view.sandbox,
    prefix: view.prefix,
    folder: view.folder,
    people: view.people,
    working: view.working,
    removed: view.removed,
    files: filesJson(view.files),
    found: search.found,
    unread: search.unread,
    totals: { count: view.secrets, files: search.files, found: search.found.length, unread: search.unread.length },
  };
}

function keptText(people: boolean): string {
  return people
    ? 'hashes, limits and dates of the keys, without names, addresses and spending'
    : 'names, addresses, spending, hashes, limits and dates; add --people to remove names, addresses and spending';
}

/** What has a secret and is neither removed nor written again. */
function foreignFinds({ search, removed }: PurgeView): string[] {
  return filesOf(search.found).filter((name) => !REWRITTEN.includes(name) && !isRemoved(name, removed));
}

/** `name`: a file, perhaps with a member or a reason after a colon */
function isRemoved(name: string, removed: readonly string[]): boolean {
  return removed.some((each) => name === each || name.startsWith(`${each}/`) || name.startsWith(`${each}: `));
}

/** The files of finds, without their members. */
function filesOf(found: readonly string[]): string[] {
  return [...new Set(found.map((each) => each.split(': ')[0] ?? each))];
}

function othersText(names: readonly string[]): string {
  const more = names.length > 3 ? ' and others' : '';
  return `${names.slice(0, 3).join(', ')}${more} ${names.length === 1 ? 'contains' : 'contain'} secrets`;
}

function exist(names: readonly string[]): string {
  return names.length === 1 ? 'exists' : 'exist';
}
