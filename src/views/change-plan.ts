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
import { spendlessText } from './new-keys.ts';
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
  /** list every key */
  allRows: boolean;
}

/** The plan: many keys with the same change are one line, each other key has a row; then the total. */
export function renderChanges(view: ChangesView, output: Output, ctx: Pick<Context, 'env'>): string {
  const { words, changes, notes, unchanged } = view;
  const { bold } = createStyle(ctx.env, output);
  let text = serviceLine(view.service, output, ctx);
  for (const note of notes) text += titledLine('Note', visibleText(note), output, bold);
  if (changes.length === 0) return `${text}${noChanges(view)}\n`;
  const everyRow = view.allRows || view.dryRun;
  const { alike, others } = everyRow ? { alike: [], others: changes } : groupAlike(changes);
  const { shown, folded } = view.allRows ? { shown: others, folded: 0 } : foldRows(others, isBookkeeping, output);
  const rows = shown.map((change) => [changedName(change), changeText(change)]);
  if (rows.length > 0) text += renderTable({ columns: PLAN_COLUMNS, rows }, tableWidth(output), bold);
  if (folded > 0) text += `… and ${folded} more (--all-rows lists them)\n`;
  for (const group of alike) text += `${visibleText(group)}\n`;
  text += '\n';
  const sent = changes.filter((change) => !isBookkeeping(change));
  if (sent.length === 0) {
    text += 'Nothing to change on the account; only the journal needs an update.\n';
  } else {
    const limits = sent.flatMap((change) => (change.kind === 'update' ? [change.patch.limit] : []));
    const spendless = limits.length === sent.length ? spendlessText(limits) : '';
    text += `${plural(sent.length, 'key')} to ${words.to}${spentText(changes)}${spendless}${unchangedText(unchanged)}.\n`;
  }
  return view.dryRun ? `${text}${DRY_RUN}` : text;
}

/** Keys with the same change: more than a few are told by their number, `58 keys: limit $1.00 → $2.00`. */
function groupAlike(changes: readonly Change[]): { alike: string[]; others: Change[] } {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const kind = kindText(change);
    groups.set(kind, [...(groups.get(kind) ?? []), change]);
  }
  const large = [...groups].filter(([, { length }]) => length > FEW);
  const alike = large.map(([kind, group]) => `${plural(group.length, 'key')}: ${kind} (--all-rows lists them)`);
  const told = new Set(large.flatMap(([, group]) => group));
  return { alike, others: changes.filter((change) => !told.has(change)) };
}

/** As many keys are always listed by name. */
const FEW = 5;

/** What each key spent is in the total. */
function kindText(change: Change): string {
  return change.kind === 'delete' ? 'delete' : changeText(change);
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

const PLAN_COLUMNS = [{ title: 'KEY NAME', flexible: true, cut: 'middle', minWidth: 16 }, { title: 'CHANGE' }] as const;
