import { plural } from '../../plural.ts';
import type { Secret } from '../../secret.ts';
import { renderDetails } from '../../terminal/details.ts';
import type { LogName } from '../../workshop/log-keeper.ts';
import { commandFor, type WorkshopId } from '../../workshop/workshop-id.ts';

export interface ShareView {
  id: Pick<WorkshopId, 'prefix' | 'locationArgs'>;
  folder: string;
}

type Counts = Record<LogName, number>;

export interface StartedView extends ShareView {
  where: string;
  member: string;
  lines: Counts;
  backups: readonly string[];
  /** shown this once */
  password: Secret | undefined;
  dryRun: boolean;
}

/** What was moved, and how to invite others. */
export function renderStarted({ id, where, member, lines, backups, password, dryRun }: StartedView): string {
  return [
    `${dryRun ? 'Would share' : 'Shared'} ${id.prefix} in ${where}\n`,
    renderDetails([
      ['Moved', countText(lines)],
      ['As', member],
      ...backups.map((path) => ['Backup', path] as const),
      ['Password', password && `${password.reveal()} (shown this once)`],
    ]),
    dryRun
      ? 'Dry run: nothing was changed.\n'
      : `Others join with their own database role, and the password: orkeys share join <url> --prefix ${id.prefix}\n`,
  ].join('');
}

/** The only place where JSON has a secret: a script could not learn it otherwise. */
export function startedJson(view: StartedView, sandbox: boolean) {
  const { where, member, lines, backups, password, dryRun } = view;
  return {
    ...head('share start', view, sandbox),
    dry_run: dryRun,
    ...{ database: where, member, lines, backups },
    password: password?.reveal() ?? null,
  };
}

export interface JoinedView extends ShareView {
  where: string;
  member: string;
  lines: Counts;
  members: number;
  dryRun: boolean;
}

export function renderJoined({ id, folder, where, member, lines, members, dryRun }: JoinedView): string {
  return [
    `${dryRun ? 'Would join' : 'Joined'} ${id.prefix} in ${where}\n`,
    renderDetails([
      ['Has', countText(lines)],
      ['As', member],
      ['Passwords', String(members)],
      ['Folder', folder],
    ]),
    dryRun ? 'Dry run: nothing was changed.\n' : `To write the results here: ${commandFor(id, 'export')}\n`,
  ].join('');
}

export function joinedJson(view: JoinedView, sandbox: boolean) {
  const { where, member, lines, members, dryRun } = view;
  return {
    ...head('share join', view, sandbox),
    dry_run: dryRun,
    ...{ database: where, member, lines, passwords: members },
  };
}

export interface StatusView extends ShareView {
  where: string;
  member: string;
  /** of the server */
  version: string;
  readOnly: boolean;
  latencyMs: number;
  /** whose passwords open the workshop */
  passwords: readonly string[];
  /** whether commands write keys.json and keys.xlsx here */
  files: boolean;
  logs: readonly { name: LogName; lines: number; mirrored: number }[];
  holders: readonly {
    lock: string;
    member: string;
    host: string;
    command: string;
    since: string;
    until: Date | undefined;
  }[];
}

export function renderStatus(view: StatusView): string {
  const { id, where, member, version, readOnly, latencyMs, passwords, files, logs, holders } = view;
  return [
    `${id.prefix} is shared in ${where}\n`,
    renderDetails([
      ['Server', `PostgreSQL ${version}, ${latencyMs} ms away${readOnly ? ', read-only' : ''}`],
      ['You are', member],
      ['Passwords', passwords.join(', ')],
      ...logs.map(
        ({ name, lines, mirrored }) => [LABELS[name], `${plural(lines, 'line')}${seenText(lines, mirrored)}`] as const,
      ),
      ['Files', files ? undefined : 'none are written here: orkeys export writes them'],
      ['In use', holders.length === 0 ? 'by nobody' : undefined],
      ...holders.map(
        ({ lock, member: who, host, command, since }) =>
          [
            'In use',
            `${lock}: ${who} (orkeys ${command} on ${host}) since ${since.slice(0, 16).replace('T', ' ')} UTC`,
          ] as const,
      ),
    ]),
  ].join('');
}

export function statusJson(view: StatusView, sandbox: boolean) {
  const { where, member, version, readOnly, latencyMs, passwords, logs, holders } = view;
  return {
    ...head('share status', view, sandbox),
    ...{
      database: where,
      member,
      server_version: version,
      read_only: readOnly,
      latency_ms: latencyMs,
      passwords,
      logs,
    },
    in_use: holders.map(({ lock, member: who, host, command, since, until }) => ({
      ...{ lock, member: who, host, command, since },
      until: until?.toISOString() ?? null,
    })),
  };
}

export interface LeftView extends ShareView {
  what: 'undo' | 'to_file' | 'forget';
  dryRun: boolean;
  /** what was written to files */
  lines: Counts | undefined;
}

export function renderLeft({ id, folder, what, dryRun, lines }: LeftView): string {
  const after = dryRun ? 'Dry run: nothing was changed.\n' : '';
  const [would, did] = LEFT[what];
  const counts = lines ? `: ${countText(lines)}` : '';
  return `${dryRun ? would : did} ${id.prefix}${what === 'forget' ? '' : ` in ${folder}`}${counts}\n${after}`;
}

const LEFT: Readonly<Record<LeftView['what'], readonly [would: string, did: string]>> = {
  undo: ['Would undo sharing', 'Undid sharing'],
  to_file: ['Would move back into files', 'Moved back into files'],
  forget: ['Would leave', 'Left'],
};

export function leftJson(view: LeftView, sandbox: boolean) {
  const { what, dryRun, lines } = view;
  return { ...head('share leave', view, sandbox), dry_run: dryRun, what, lines: lines ?? null };
}

export const LABELS: Readonly<Record<LogName, string>> = {
  journal: 'Journal',
  usage: 'Spending',
  handouts: 'Hand-outs',
};

function seenText(lines: number, mirrored: number): string {
  return mirrored === lines ? ', all saved here too' : `, ${mirrored} saved here too`;
}

function countText({ journal, usage, handouts }: Counts): string {
  return [
    `${plural(journal, 'line')} of the journal`,
    ...(usage > 0 ? [`${usage} of spending`] : []),
    ...(handouts > 0 ? [`${handouts} of hand-outs`] : []),
  ].join(', ');
}

export function head(command: string, { id: { prefix }, folder }: ShareView, sandbox: boolean) {
  return { version: 1, command, sandbox, prefix, folder };
}
