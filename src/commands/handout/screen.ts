import type { Context } from '../../context.ts';
import type { LeftOut, LeftOutReason, Recipient } from '../../handout/recipients.ts';
import { plural } from '../../plural.ts';
import type { Participant } from '../../roster/participant.ts';
import { participantName } from '../../roster/participant-name.ts';
import type { Secret } from '../../secret.ts';
import type { GatheredPeople } from '../../selection/gather-recipients.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { createStyle } from '../../terminal/style.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { titledLine } from '../../terminal/wrap.ts';
import { filesJson, memberJson, participantJson } from '../../views/key-json.ts';
import type { ShownFile } from '../../views/shown-file.ts';
import { HANDOUT_FOLDER } from '../../workshop/folder-keeper.ts';
import type { HandedOut } from './save-handout.ts';

export interface HandoutView extends HandedOut {
  line: string;
  notes?: readonly (readonly [title: string, text: string])[];
  next: readonly (readonly [title: string, text: string])[];
  files: readonly ShownFile[];
  /** shown this once */
  password?: Secret;
  dryRun: boolean;
  sandbox: boolean;
}

/** Who got what, who did not, where it is, and what to do with it. Never a secret. */
export function renderHandout(view: HandoutView, ctx: Pick<Context, 'env' | 'stdout'>): string {
  const { what, command = what, line, gathered, notes = [], next, files, dryRun } = view;
  const { bold } = createStyle(ctx.env, ctx.stdout);
  const titled = (title: string, text: string) => titledLine(title, visibleText(text), ctx.stdout, bold);
  if (files.length === 0) {
    return titled(
      title(command),
      `nothing new: ${plural(gathered.had, 'participant')} already got the current key this way`,
    );
  }
  return [
    titled(title(command), line),
    ...keyLines(gathered).map(([name, text]) => titled(name, text)),
    ...leftOutLines(gathered).map((text) => titled('Left out', text)),
    ...notes.map(([name, text]) => titled(name, text)),
    ...savedLines(view).map((text) => titled(dryRun ? 'Would save' : 'Saved', text)),
    ...(dryRun || !view.password ? [] : [titled('Password', `${view.password.reveal()} (shown this once)`)]),
    ...(dryRun ? [] : next.map(([name, text]) => titled(name, text))),
    ...(dryRun ? ['Dry run: nothing was written.\n'] : []),
  ].join('');
}

/** A folder for each person would fill the screen: then it is the folder of these. */
function savedLines({ files, folders, gathered }: HandoutView): string[] {
  if (folders) {
    // Each person's is below one folder; what is beside it is for everybody.
    const below = [...folders.values()][0]?.split('/')[0] ?? '';
    const path = [gathered.folder, HANDOUT_FOLDER, below].join(gathered.folder.includes('\\') ? '\\' : '/');
    return [path, ...files.filter((file) => !file.path.startsWith(path)).map((file) => file.path)];
  }
  return files.map(({ path, insteadOf }) =>
    insteadOf === undefined ? path : `${path} (${insteadOf} is open in another program)`,
  );
}

function title(what: string): string {
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
}

/** What to know about the keys that are handed out. */
function keyLines({ recipients, replaced, had, id }: GatheredPeople): [title: string, text: string][] {
  const lines: [string, string][] = [];
  const off = recipients.filter(({ disabled }) => disabled);
  if (off.length > 0) {
    const which = off.length === recipients.length ? 'all are off' : `${off.length} of ${recipients.length} are off`;
    lines.push(['Keys', `${which} now; to switch them on: ${enableCommand(id)}`]);
  }
  if (had > 0) lines.push(['Had it', `${plural(had, 'participant')} had the current key this way before`]);
  if (replaced.length > 0) {
    lines.push([
      'Replaced',
      `${plural(replaced.length, 'participant')} had an earlier key this way: ${rowsText(replaced)}`,
    ]);
  }
  const strangers = recipients.filter(({ inRoster }) => !inRoster);
  if (strangers.length > 0 && strangers.length < recipients.length) {
    const names = strangers.map(({ participant, keyName }) => (participant ? participantName(participant) : keyName));
    lines.push(['Included', `${strangers.length} not in the roster now: ${shortList(names)}`]);
  }
  return lines;
}

function enableCommand(id: GatheredPeople['id']): string {
  return commandLine(['update', '--prefix', id.prefix, '--enable', ...(id.locationArgs ?? [])]);
}

function leftOutLines({ leftOut, id }: GatheredPeople): string[] {
  const reasons = [...new Set(leftOut.map(({ why }) => why))];
  return reasons.map((why) => {
    const people = leftOut.filter((each) => each.why === why);
    return `${plural(people.length, 'participant')} ${REASONS[why]}: ${rowsText(people)}${fixFor(why, id)}`;
  });
}

const REASONS: Readonly<Record<LeftOutReason, string>> = {
  no_key: 'without a key',
  unresolved: 'with an unresolved earlier attempt',
  refused: 'whose key OpenRouter refused',
  deleting: 'whose key is being deleted',
  revoked: 'whose key was revoked',
  purged: 'whose secret was removed by orkeys purge',
  gone: 'whose key is no longer on the account',
  expired: 'whose key expired',
  key_in_roster: 'with a key from the roster itself',
  no_email: 'without an email address',
  shared_email: 'who share an email address',
  not_in_worksheet: 'whom no row of the worksheet clearly is',
};

function fixFor(why: LeftOutReason, { prefix, locationArgs }: GatheredPeople['id']): string {
  if (why === 'expired') {
    const rotate = ['rotate', '--prefix', prefix, '--expired', '--expires', '7d', ...(locationArgs ?? [])];
    return ` (new keys: ${commandLine(rotate)})`;
  }
  if (why === 'purged') return ` (new keys: ${commandLine(['rotate', '--prefix', prefix, ...(locationArgs ?? [])])})`;
  return NOT_FOR_PROVISION.has(why) ? '' : ' (orkeys provision creates keys)';
}

const NOT_FOR_PROVISION: ReadonlySet<LeftOutReason> = new Set([
  'deleting',
  'shared_email',
  'no_email',
  'not_in_worksheet',
]);

/** `rows 3, 17 and 40`; names where the roster has no rows for them. */
function rowsText(people: readonly Pick<LeftOut | Recipient, 'participant' | 'keyName'>[]): string {
  const rows = people.flatMap(({ participant }) => participant?.row ?? []);
  if (rows.length < people.length)
    return shortList(people.map(({ participant, keyName }) => nameOf(participant, keyName)));
  return `${rows.length === 1 ? 'row' : 'rows'} ${shortList(rows.map(String))}`;
}

function nameOf(participant: Participant | null, keyName: string | null): string {
  return participant ? participantName(participant) : (keyName ?? 'unknown');
}

export function shortList(items: readonly string[]): string {
  const shown = items.slice(0, MOST_SHOWN).join(', ');
  return items.length > MOST_SHOWN ? `${shown} and ${items.length - MOST_SHOWN} more` : shown;
}

const MOST_SHOWN = 12;

export function handoutJson({
  what,
  command = what,
  folders,
  gathered,
  files,
  password,
  dryRun,
  sandbox,
}: HandoutView) {
  const { id, folder, recipients, leftOut } = gathered;
  return {
    version: 1,
    command: `handout ${command}`,
    dry_run: dryRun,
    sandbox,
    prefix: id.prefix,
    folder,
    people: [
      ...recipients.map((recipient) => ({
        participant: participantJson(recipient.participant),
        ...sharedJson(recipient),
        name: recipient.keyName,
        hash: recipient.hash,
        label: recipient.secret.toString(),
        disabled: recipient.disabled,
        files: filesFor(folders?.get(recipient), files),
        left_out: null,
      })),
      ...leftOut.map(({ participant, keyName, why }) => ({
        participant: participantJson(participant),
        name: keyName,
        hash: null,
        label: null,
        disabled: null,
        files: [],
        left_out: why,
      })),
    ],
    totals: { count: recipients.length + leftOut.length, made: recipients.length, left_out: leftOut.length },
    files: filesJson(files),
    // Nowhere else could a script learn it. It opens nothing without the file.
    ...(what === 'sealed' ? { password: dryRun || files.length === 0 ? null : (password?.reveal() ?? null) } : {}),
  };
}

/** `user`: what the requests of this member are called. */
function sharedJson({ sharedBy }: Recipient) {
  if (!sharedBy) return {};
  const { group, members, user } = sharedBy;
  return { group: { name: group, members: members.map(memberJson), user: user ?? null } };
}

/** The files that have the key of one person: those in their own folder, or all of those that are for everybody. */
function filesFor(folder: string | undefined, files: readonly ShownFile[]): string[] {
  const paths = files.map(({ path }) => path);
  return folder === undefined
    ? paths
    : paths.filter((path) => `${path.replaceAll('\\', '/')}/`.includes(`/${folder}/`));
}
