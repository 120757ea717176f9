import { plural } from '../../plural.ts';
import { formatInstant } from '../../terminal/time.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import type { CheckedLog, RepairedLog } from '../../workshop/side-logs.ts';

export interface JournalCheckedView {
  path: string;
  entries: number;
  keys: number;
  /** when its secrets were removed */
  purgedAt: string | undefined;
  /** of a last line that is incomplete after a crash */
  tornBytes: number;
  /** the logs beside it */
  logs: readonly CheckedLog[];
}

/** The result of `journal verify` for an intact journal. */
export function renderJournalChecked({ path, entries, keys, purgedAt, tornBytes, logs }: JournalCheckedView): string {
  const torn =
    tornBytes > 0
      ? 'The last line is incomplete after a crash. The next command that makes a change removes it.\n'
      : '';
  const purged =
    purgedAt === undefined
      ? ''
      : `The secrets that it had were removed by orkeys purge on ${formatInstant(purgedAt)}.\n`;
  return `${visibleText(path)} is intact: ${plural(entries, 'entry', 'entries')}, ${plural(keys, 'key')}.\n${purged}${torn}${logs.map(logLine).join('')}`;
}

function logLine({ path, entries }: CheckedLog): string {
  return `${visibleText(path)} is intact: ${plural(entries, 'entry', 'entries')}.\n`;
}

/** The workshop of a JSON document. */
interface WorkshopFields {
  prefix: string;
  folder: string;
  sandbox: boolean;
}

/** Format: docs/json.md. A damaged journal is an error, whose issues are the damaged lines. */
export function journalCheckedJson(
  { path, entries, keys, purgedAt, tornBytes, logs }: JournalCheckedView,
  { prefix, folder, sandbox }: WorkshopFields,
) {
  return {
    version: 1,
    command: 'journal verify',
    sandbox,
    prefix,
    folder,
    path,
    totals: { count: keys, entries },
    torn_bytes: tornBytes,
    purged_at: purgedAt ?? null,
    logs: logs.map((log) => ({ path: log.path, entries: log.entries, torn_bytes: log.tornBytes })),
  };
}

export interface RepairedView {
  what: 'repair' | 'rebuild';
  path: string;
  prefix: string;
  /** the command that rebuilds the result files */
  next: string;
  dryRun: boolean;
  /** path of the previous journal */
  backup: string | undefined;
  /** number of entries */
  kept: number;
  /** numbers of the lines that are dropped */
  dropped: readonly number[];
  /** number of keys restored from keys.json */
  restored: number;
  /** tags with an unknown outcome, which the next run resolves */
  toResolve: readonly string[];
  changed: boolean;
  /** logs beside it that were repaired too */
  logs: readonly RepairedLog[];
}

/** What `journal repair` or `journal rebuild` did, or would do. */
export function renderRepaired(view: RepairedView): string {
  return renderJournalRepaired(view) + view.logs.map((log) => repairedLogText(log, view.dryRun)).join('');
}

function renderJournalRepaired(view: RepairedView): string {
  const { path, dryRun, backup, kept, dropped, restored, toResolve, changed, next } = view;
  if (!changed) {
    return `${visibleText(path)} needs no ${view.what}.${view.logs.length === 0 ? ' Nothing was changed.' : ''}\n`;
  }
  const verb = (done: string, planned: string) => (dryRun ? planned : done);
  let text = `${visibleText(path)}: ${verb('kept', 'would keep')} ${plural(kept, 'entry', 'entries')}`;
  if (dropped.length > 0) {
    text += `, ${verb('dropped', 'drop')} ${dropped.length === 1 ? 'line' : 'lines'} ${dropped.join(', ')}`;
  }
  text += '.\n';
  if (restored > 0) text += `${verb('Restored', 'Would restore')} ${plural(restored, 'key')} from keys.json.\n`;
  if (toResolve.length > 0) text += unresolvedText(toResolve.length);
  if (backup !== undefined) text += `Backup of the previous journal: ${visibleText(backup)} (contains secrets)\n`;
  if (dryRun) return `${text}Dry run: nothing was changed.\n`;
  return `${text}Next, to rebuild keys.json and keys.xlsx:\n  ${next}\n`;
}

function repairedLogText({ path, backup, kept, dropped }: RepairedLog, dryRun: boolean): string {
  const lines = `${dropped.length === 1 ? 'line' : 'lines'} ${dropped.join(', ')}`;
  const what = dropped.length === 0 ? 'its first line' : lines;
  const verb = dropped.length === 0 ? (dryRun ? 'would add' : 'added') : dryRun ? 'would drop' : 'dropped';
  const text = `${visibleText(path)}: ${dryRun ? 'would keep' : 'kept'} ${plural(kept, 'entry', 'entries')}, ${verb} ${what}.\n`;
  return backup === undefined ? text : `${text}Backup of the previous log: ${visibleText(backup)}\n`;
}

function unresolvedText(keys: number): string {
  return keys === 1
    ? '1 key on a damaged line is unresolved. The next orkeys provision run checks it.\n'
    : `${keys} keys on damaged lines are unresolved. The next orkeys provision run checks them.\n`;
}

/** Format: docs/json.md. */
export function repairedJson(view: RepairedView, { prefix, folder, sandbox }: WorkshopFields) {
  return {
    version: 1,
    command: `journal ${view.what}`,
    dry_run: view.dryRun,
    sandbox,
    prefix,
    folder,
    path: view.path,
    changed: view.changed,
    backup: view.backup ?? null,
    lines_kept: view.kept,
    lines_skipped: view.dropped,
    keys_restored: view.restored,
    tags_to_resolve: view.toResolve,
    logs: view.logs.map(({ path, backup, kept, dropped }) => ({
      ...{ path, backup: backup ?? null, lines_kept: kept, lines_skipped: dropped },
    })),
  };
}
