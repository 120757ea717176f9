import type { Context, Output } from '../context.ts';
import type { CliError } from '../errors.ts';
import type { TagRecord } from '../journal/fold.ts';
import { formatUsd } from '../money.ts';
import { type Change, isBookkeeping, type Outcome } from '../plan/change.ts';
import type { Participant } from '../roster/participant.ts';
import { createStyle } from '../terminal/style.ts';
import { foldRows, renderTable, tableWidth } from '../terminal/table.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { titledLine } from '../terminal/wrap.ts';
import { changedName, changeText } from './change-text.ts';
import { count } from './provision-plan.ts';
import type { ShownFile } from './provision-summary.ts';

/** A command in words: `2 keys to delete`, `Deleting keys`, `2 keys deleted`. */
export interface ChangeWords {
  command: string;
  to: string;
  doing: string;
  done: string;
}

export interface ChangesView {
  words: ChangeWords;
  dryRun: boolean;
  sandbox: boolean;
  changes: readonly Change[];
  /** whose key is changed, as far as a journal knows */
  participantOf(change: Change): Participant | null;
  /** selected keys that stay as they are */
  untouched: number;
  notes: readonly string[];
}

export interface ChangedView extends ChangesView {
  outcomes: readonly Outcome[];
  /** the key that a change made, as the journal knows it */
  recordOf(outcome: Outcome): TagRecord | undefined;
  stopped: CliError | undefined;
  files: readonly ShownFile[];
  /** what to type now */
  next: readonly string[];
  interrupted: boolean;
}

/** The plan: one line a key, then the sum. */
export function renderChanges(view: ChangesView, output: Output, ctx: Pick<Context, 'env'>): string {
  const { words, changes, notes, sandbox, untouched } = view;
  const { bold, yellow } = createStyle(ctx.env, output);
  let text = sandbox ? `${yellow('Sandbox')}   nothing here is real\n` : '';
  for (const note of notes) text += titledLine('Note', visibleText(note), output, bold);
  if (changes.length === 0)
    return `${text}Nothing to ${words.command}${untouched > 0 ? `: ${asTheyAre(untouched)}` : ''}.\n`;
  const { shown, folded } = foldRows(changes, isBookkeeping, output);
  const rows = shown.map((change) => [changedName(change), changeText(change)]);
  text += renderTable({ columns: PLAN_COLUMNS, rows }, tableWidth(output), bold);
  text += folded > 0 ? `… and ${folded} more (--dry-run --json shows all)\n\n` : '\n';
  const real = changes.filter((change) => !isBookkeeping(change));
  const spent = changes.reduce((sum, change) => sum + (change.kind === 'delete' ? (change.before.usage ?? 0) : 0), 0);
  const deletes = changes.some(({ kind }) => kind === 'delete');
  if (real.length === 0) return `${text}Nothing to send; what was found out is noted in the journal.\n`;
  text += count(real.length, 'key');
  text += ` to ${words.to}${deletes ? `, ${formatUsd(spent)} were spent with ${real.length === 1 ? 'it' : 'them'}` : ''}`;
  text += `${untouched > 0 ? `; ${asTheyAre(untouched)}` : ''}.\n`;
  return view.dryRun ? `${text}This was a dry run: nothing was changed.\n` : text;
}

/** What became of it; keys that were not done with their reasons. */
export function renderChanged(view: ChangedView, ctx: Pick<Context, 'env' | 'stdout'>): string {
  const { words, outcomes, untouched, files, next } = view;
  const { bold } = createStyle(ctx.env, ctx.stdout);
  const tried = outcomes.filter(({ change }) => !isBookkeeping(change));
  const made = tried.filter(({ change, result }) => change.kind === 'create' && result === 'done');
  const open = outcomes.filter((outcome) => !isDone(outcome));
  let text = '';
  if (made.length > 0) {
    const rows = made.map(({ change, name }) => [changedName(change), name ?? '']);
    text += `${renderTable({ columns: NEW_COLUMNS, rows }, tableWidth(ctx.stdout), bold)}\n`;
  }
  const done = tried.filter((outcome) => isDone(outcome) && outcome.result === 'done').length;
  const gone = tried.filter((outcome) => isDone(outcome) && outcome.result === 'gone').length;
  text += `${count(done, 'key')} ${words.done}${gone > 0 ? `, ${gone} ${gone === 1 ? 'was' : 'were'} gone already` : ''}`;
  text += `${untouched > 0 ? `; ${asTheyAre(untouched)}` : ''}.\n`;
  if (open.length > 0) {
    const rows = open.map((outcome) => [changedName(outcome.change), RESULTS[outcome.result], reasonOf(outcome)]);
    text += `\n${renderTable({ columns: LEFT_COLUMNS, rows }, tableWidth(ctx.stdout), bold)}\n`;
  }
  for (const { path, failed, insteadOf } of files) {
    if (failed !== undefined) text += `${visibleText(path)}: ${visibleText(failed)}\n`;
    else if (insteadOf !== undefined)
      text += `Saved in ${visibleText(path)} (the usual file is open in another program)\n`;
    else if (made.length > 0) text += `Saved in ${visibleText(path)}\n`;
  }
  for (const step of next) text += titledLine('Next', visibleText(step), ctx.stdout, bold);
  return text;
}

/** Gone is as good as done, but not for a key that was to be used on. */
export function isDone({ change, result }: Outcome): boolean {
  if (result === 'gone') return change.kind !== 'update' || change.reason !== 'update';
  return result === 'done';
}

const PLAN_COLUMNS = [{ title: 'KEY NAME', flexible: true, minWidth: 20 }, { title: 'CHANGE' }] as const;
const NEW_COLUMNS = [
  { title: 'OLD KEY', flexible: true, minWidth: 20 },
  { title: 'NEW KEY', flexible: true, minWidth: 20 },
] as const;
const LEFT_COLUMNS = [
  { title: 'NOT DONE', flexible: true, minWidth: 20 },
  { title: '' },
  { title: 'WHY', flexible: true, minWidth: 20 },
] as const;
const RESULTS: Readonly<Record<Outcome['result'], string>> = {
  done: 'done',
  gone: 'failed',
  refused: 'refused',
  unknown: 'not settled',
  not_started: 'not tried',
};

export function reasonOf({ result, reason }: Outcome): string {
  return reason ?? (result === 'gone' ? 'the key was deleted meanwhile' : '');
}

function asTheyAre(untouched: number): string {
  return untouched === 1 ? '1 stays as it is' : `${untouched} stay as they are`;
}
