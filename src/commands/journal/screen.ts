import { plural } from '../../plural.ts';
import { visibleText } from '../../terminal/visible-text.ts';

export interface JournalCheckedView {
  path: string;
  entries: number;
  keys: number;
  /** of a last line that a crash cut off */
  tornBytes: number;
}

/** What `journal verify` found where all is well. */
export function renderJournalChecked({ path, entries, keys, tornBytes }: JournalCheckedView): string {
  const torn =
    tornBytes > 0
      ? 'Its last line was cut off by a crash; the next command that changes something cuts it away.\n'
      : '';
  return `${visibleText(path)} is whole: ${plural(entries, 'entry', 'entries')}, ${plural(keys, 'key')}.\n${torn}`;
}

/** Which workshop a document is about. */
interface Place {
  prefix: string;
  folder: string;
  sandbox: boolean;
}

/** Shape: docs/json.md. A damaged journal is an error, whose issues are its lines. */
export function journalCheckedJson(
  { path, entries, keys, tornBytes }: JournalCheckedView,
  { prefix, folder, sandbox }: Place,
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
  };
}

export interface RepairedView {
  what: 'repair' | 'rebuild';
  path: string;
  prefix: string;
  /** the command that writes the result files anew */
  next: string;
  dryRun: boolean;
  /** where the journal is now as it was */
  backup: string | undefined;
  /** lines */
  kept: number;
  /** numbers of lines that were left out */
  left: readonly number[];
  /** keys taken over from keys.json */
  restored: number;
  /** tags whose fate the next run has to find out */
  toSettle: readonly string[];
  changed: boolean;
}

/** What `journal repair` or `journal rebuild` did, or would do. */
export function renderRepaired(view: RepairedView): string {
  const { path, dryRun, backup, kept, left, restored, toSettle, changed, next } = view;
  if (!changed) return `${visibleText(path)} needs no ${view.what}; nothing was changed.\n`;
  const verb = (done: string, planned: string) => (dryRun ? planned : done);
  let text = `${visibleText(path)}: ${plural(kept, 'line')} ${verb('kept', 'would be kept')}`;
  if (left.length > 0) text += `, left out: ${left.join(', ')}`;
  text += '.\n';
  if (restored > 0) text += `${plural(restored, 'key')} ${verb('taken', 'would be taken')} over from keys.json.\n`;
  if (toSettle.length > 0) {
    text += `${plural(toSettle.length, 'key')} of the damaged lines: the next orkeys provision looks what became of them.\n`;
  }
  if (backup !== undefined) text += `The journal as it was is now ${visibleText(backup)}; it holds secrets too.\n`;
  if (!dryRun) text += `Next, to write keys.json and keys.xlsx anew:\n  ${next}\n`;
  return text;
}

/** Shape: docs/json.md. */
export function repairedJson(view: RepairedView, { prefix, folder, sandbox }: Place) {
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
    lines_skipped: view.left,
    keys_restored: view.restored,
    tags_to_resolve: view.toSettle,
  };
}
