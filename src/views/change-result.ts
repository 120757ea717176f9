import type { Context } from '../context.ts';
import type { CliError } from '../errors.ts';
import type { Attempt } from '../journal/attempt.ts';
import { changedName, isBookkeeping, isDone, type Outcome } from '../plan/change.ts';
import { plural } from '../plural.ts';
import { type NextStep, renderNext } from '../terminal/next-step.ts';
import { createStyle } from '../terminal/style.ts';
import { renderTable, tableWidth } from '../terminal/table.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { type ChangesView, renderChanges, unchangedText } from './change-plan.ts';
import { fileName, type ShownFile } from './shown-file.ts';

export interface ChangedView extends ChangesView {
  outcomes: readonly Outcome[];
  /** the key that a change created, from the journal */
  attemptOf(outcome: Outcome): Attempt | undefined;
  stopped: CliError | undefined;
  files: readonly ShownFile[];
  next: readonly NextStep[];
  interrupted: boolean;
}

/** The next step after a change that can be rerun as it is. */
export const RERUN_FOR_REST = 'run the same command again to process the remaining keys';

/** The result of the changes, with a reason for each one that is not done. */
export function renderChanged(view: ChangedView, ctx: Pick<Context, 'env' | 'stdout'>): string {
  const { outcomes, files, next } = view;
  if (view.changes.length === 0) return renderChanges(view, ctx.stdout, ctx);
  const { bold } = createStyle(ctx.env, ctx.stdout);
  const sent = outcomes.filter(({ change }) => !isBookkeeping(change));
  const created = sent.filter(({ change, result }) => change.kind === 'create' && result === 'done');
  const open = outcomes.filter((outcome) => !isDone(outcome));
  let text = '';
  if (created.length > 0) {
    const rows = created.map(({ change, name = '' }) => [changedName(change), name]);
    text += `${renderTable({ columns: NEW_COLUMNS, rows }, tableWidth(ctx.stdout), bold)}\n`;
  }
  text += `${summary(view, sent)}\n`;
  if (open.length > 0) {
    const rows = open.map((outcome) => [changedName(outcome.change), RESULTS[outcome.result], whyNotDone(outcome)]);
    text += `\n${renderTable({ columns: OPEN_COLUMNS, rows }, tableWidth(ctx.stdout), bold)}\n`;
  }
  for (const { path, failed, insteadOf } of files) {
    const file = visibleText(path);
    if (failed !== undefined) text += `${file}: ${visibleText(failed)}\n`;
    else if (insteadOf !== undefined) {
      text += `Saved in ${file} because ${visibleText(fileName(insteadOf))} is open in another program\n`;
    } else if (created.length > 0) text += `Saved in ${file}\n`;
  }
  return text + renderNext(next, ctx.stdout, bold);
}

/** Why a change is not done; empty if the reason is unknown. */
export function whyNotDone({ result, reason }: Outcome): string {
  return reason ?? (result === 'gone' ? 'the key was deleted in the meantime' : '');
}

function summary({ words, unchanged }: ChangedView, sent: readonly Outcome[]): string {
  const done = sent.filter((outcome) => isDone(outcome) && outcome.result === 'done').length;
  const gone = sent.filter((outcome) => isDone(outcome) && outcome.result === 'gone').length;
  const already = gone > 0 ? `, ${gone} already deleted` : '';
  return `${words.done} ${plural(done, 'key')}${already}${unchangedText(unchanged)}.`;
}

const NEW_COLUMNS = [
  { title: 'OLD KEY', flexible: true, cut: 'middle', minWidth: 20 },
  { title: 'NEW KEY', flexible: true, cut: 'middle', minWidth: 20 },
] as const;
const OPEN_COLUMNS = [
  { title: 'NOT DONE', flexible: true, cut: 'middle', minWidth: 20 },
  { title: 'STATUS' },
  { title: 'REASON', flexible: true, minWidth: 20 },
] as const;
const RESULTS: Readonly<Record<Outcome['result'], string>> = {
  done: 'done',
  gone: 'gone',
  refused: 'refused',
  unresolved: 'unresolved',
  not_started: 'not started',
};
