import type { Context, Output } from '../context.ts';
import { formatUsd, sumUsd } from '../money.ts';
import { type Change, changedName, isBookkeeping } from '../plan/change.ts';
import { plural } from '../plural.ts';
import type { Participant } from '../roster/participant.ts';
import { createStyle } from '../terminal/style.ts';
import { foldRows, renderTable, tableWidth } from '../terminal/table.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { titledLine } from '../terminal/wrap.ts';
import { changeText } from './change-text.ts';
import { type Service, serviceLine } from './service-line.ts';

/** The verbs of a command: `2 keys to delete`, `Deleting keys`, `Deleted 2 keys`. */
export interface ChangeWords {
  command: string;
  to: string;
  doing: string;
  done: string;
}

export interface ChangesView {
  words: ChangeWords;
  dryRun: boolean;
  service: Service;
  changes: readonly Change[];
  /** the participant of the changed key, if a journal has it */
  participantOf(change: Change): Participant | null;
  /** number of selected keys without a change */
  unchanged: number;
  notes: readonly string[];
}

/** The plan: one line per key, then the total. */
export function renderChanges(view: ChangesView, output: Output, ctx: Pick<Context, 'env'>): string {
  const { words, changes, notes, unchanged } = view;
  const { bold } = createStyle(ctx.env, output);
  let text = serviceLine(view.service, output, ctx);
  for (const note of notes) text += titledLine('Note', visibleText(note), output, bold);
  if (changes.length === 0) return `${text}${noChanges(view)}\n`;
  const { shown, folded } = foldRows(changes, isBookkeeping, output);
  const rows = shown.map((change) => [changedName(change), changeText(change)]);
  text += renderTable({ columns: PLAN_COLUMNS, rows }, tableWidth(output), bold);
  text += folded > 0 ? `… and ${folded} more (--dry-run --json shows all)\n\n` : '\n';
  const sent = changes.filter((change) => !isBookkeeping(change));
  if (sent.length === 0) {
    text += 'Nothing to change on the account; only the journal needs an update.\n';
  } else {
    text += `${plural(sent.length, 'key')} to ${words.to}${spentText(changes)}${unchangedText(unchanged)}.\n`;
  }
  return view.dryRun ? `${text}${DRY_RUN}` : text;
}

const DRY_RUN = 'Dry run: nothing was changed.\n';

/** `; 3 unchanged` */
export function unchangedText(unchanged: number): string {
  return unchanged > 0 ? `; ${unchanged} unchanged` : '';
}

function noChanges({ words, unchanged }: ChangesView): string {
  if (unchanged === 0) return 'No changes.';
  const keys = plural(unchanged, 'key');
  return `No changes: ${words.command === 'update' ? `${keys} already up to date` : `${keys} unchanged`}.`;
}

function spentText(changes: readonly Change[]): string {
  const deleted = changes.flatMap((change) => (change.kind === 'delete' ? [change.before.usage] : []));
  return deleted.length === 0 ? '' : `, total spent ${formatUsd(sumUsd(deleted))}`;
}

const PLAN_COLUMNS = [{ title: 'KEY NAME', flexible: true, minWidth: 20 }, { title: 'CHANGE' }] as const;
