import type { Context } from '../../context.ts';
import type { Recipient } from '../../handout/recipients.ts';
import { plural } from '../../plural.ts';
import { participantName } from '../../roster/participant-name.ts';
import type { Secret } from '../../secret.ts';
import type { GatheredPeople } from '../../selection/gather-recipients.ts';
import { createStyle } from '../../terminal/style.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { titledLine } from '../../terminal/wrap.ts';
import { filesJson, memberJson, participantJson } from '../../views/key-json.ts';
import { keysOffText, leftOutLines, rowsText, shortList } from '../../views/recipient-lines.ts';
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
    ...leftOutLines(gathered.leftOut, gathered.id).map((text) => titled('Left out', text)),
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
  const off = keysOffText(recipients, id);
  if (off !== undefined) lines.push(['Keys', off]);
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
