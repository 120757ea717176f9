import type { Context } from '../context.ts';
import type { CliError } from '../errors.ts';
import { formatUsd } from '../money.ts';
import type { Outcome } from '../plan/change.ts';
import type { Fate } from '../plan/row-outcomes.ts';
import { cellWidth, padCells } from '../terminal/cell-width.ts';
import { commandLine } from '../terminal/command-line.ts';
import { createStyle } from '../terminal/style.ts';
import { foldRows, renderTable, tableWidth } from '../terminal/table.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { count, type PlanView } from './provision-plan.ts';

/** One file of the results, as far as the screen needs it. */
export interface ShownFile {
  path: string;
  /** set when another program held the wanted file */
  insteadOf?: string;
  /** why it could not be written */
  failed?: string | undefined;
  private?: boolean;
}

export interface SummaryView extends PlanView {
  files: readonly ShownFile[];
  outcomes: readonly Outcome[];
  stopped: CliError | undefined;
  /** the command to continue with */
  again: string;
  interrupted: boolean;
}

const WORDS: Readonly<Record<Fate['fate'], string>> = {
  created: 'new key',
  has_key: 'had a key',
  exists_elsewhere: 'key elsewhere',
  refused: 'refused',
  unsettled: 'not settled',
  not_started: 'not tried',
};

/** What became of every row, where the results are, and what to type next. */
export function renderSummary(view: SummaryView, ctx: Pick<Context, 'env' | 'stdout' | 'platform'>): string {
  const { fates, files, folder, roster } = view;
  const style = createStyle(ctx.env, ctx.stdout);
  const { shown, folded } = foldRows(fates, ({ fate }) => fate !== 'created' && fate !== 'has_key', ctx.stdout);
  const rows = shown.map(({ participant, fate, record, reason }) => [
    participant.rows.join(', '),
    `${participant.name} ${participant.surname}`.trim() || (participant.emails[0] ?? ''),
    WORDS[fate],
    record?.facts.name ?? record?.wanted?.name ?? (fate === 'not_started' && view.interrupted ? '' : (reason ?? '')),
    record?.secret?.toString() ?? '',
  ]);
  let text = rows.length > 0 ? `${renderTable({ columns: COLUMNS, rows }, tableWidth(ctx.stdout), style.bold)}` : '';
  if (folded > 0) text += `… and ${folded} more, all in keys.xlsx\n`;
  if (text !== '') text += '\n';
  text += `${tally(view)}\n`;
  if (roster.problems.length > 0)
    text += `${count(rowsWithProblems(roster), 'row')} left out, with ${count(roster.problems.length, 'problem')}; see problems.xlsx\n`;
  text += `${style.bold('Saved in')} ${visibleText(folder)}\n`;
  for (const file of [...files, { path: `${folder}/journal.jsonl` }]) text += fileLine(file, view);
  if (files.some((file) => file.private === false)) {
    text += 'Note: this system has no private files; keep the folder where nobody else can look.\n';
  }
  return text + renderNext(nextSteps(view, ctx.env), style.bold);
}

const COLUMNS = [
  { title: 'ROW', align: 'right' },
  { title: 'NAME', flexible: true, minWidth: 12 },
  { title: 'STATUS' },
  { title: 'KEY NAME', flexible: true, minWidth: 20 },
  { title: 'SECRET', flexible: true, minWidth: 12 },
] as const;

function counts(fates: readonly Fate[]): Record<Fate['fate'], number> {
  const tallied = { created: 0, has_key: 0, exists_elsewhere: 0, refused: 0, unsettled: 0, not_started: 0 };
  for (const { fate } of fates) tallied[fate] += 1;
  return tallied;
}

function tally({ fates }: SummaryView): string {
  const number = counts(fates);
  const parts = [`${count(number.created, 'key')} created`];
  if (number.has_key > 0) parts.push(`${number.has_key} had one already`);
  if (number.exists_elsewhere > 0) parts.push(`${number.exists_elsewhere} have one elsewhere`);
  if (number.refused > 0) parts.push(`${number.refused} refused`);
  if (number.unsettled > 0) parts.push(`${number.unsettled} not settled`);
  if (number.not_started > 0) parts.push(`${number.not_started} not tried`);
  const limits = fates.reduce(
    (sum, { fate, record }) => (fate === 'created' ? sum + (record?.wanted?.limit ?? 0) : sum),
    0,
  );
  return `${parts.join(', ')}${number.created > 0 ? `; limits of the new ones ${formatUsd(limits)} in sum` : ''}`;
}

function fileLine({ path, insteadOf, failed }: ShownFile, { folder, prefix, place }: SummaryView): string {
  const name = visibleText(path.startsWith(folder) ? path.slice(folder.length + 1) : path);
  if (failed !== undefined)
    return `  ${name}: ${visibleText(failed)} The journal has everything; ${commandLine(['export', prefix, ...place])} writes it later.\n`;
  if (insteadOf === undefined) return `  ${WHAT_IS_IN[name] ? `${name.padEnd(13)}  ${WHAT_IS_IN[name]}` : name}\n`;
  return `  ${name} (the usual file is open in another program)\n`;
}

function rowsWithProblems({ problems }: SummaryView['roster']): number {
  return new Set(problems.map(({ sheet, row }) => `${sheet} ${row}`)).size;
}

const WHAT_IS_IN: Readonly<Record<string, string>> = {
  'keys.xlsx': "the roster's own table, with each person's key",
  'keys.json': 'the keys for programs',
  'problems.xlsx': 'the rows without a key, and why',
  'journal.jsonl': 'what was done; all else can be made anew from it',
};

interface NextStep {
  command: string;
  does: string;
}

/** What to type now: go on, or look and clean up. */
export function nextSteps(view: SummaryView, env: Context['env']): NextStep[] {
  const { fates, place, prefix, interrupted, stopped, again } = view;
  const open = fates.some(({ fate }) => fate === 'unsettled' || fate === 'not_started');
  if (open || interrupted || stopped) return [{ command: again, does: 'to go on where this run stopped' }];
  const step = (name: string, does: string) => ({
    command: commandLine([name, '--prefix', prefix, ...place], env),
    does,
  });
  return [
    step('verify', 'asks each key if it works'),
    step('list', 'shows what they spend'),
    step('revoke', 'ends it all, afterwards'),
  ];
}

/** One step tells what it does first: its command may be long, and stays whole for copying. */
function renderNext(steps: readonly NextStep[], bold: (text: string) => string): string {
  const [first] = steps;
  if (first && steps.length === 1) return `${bold('Next')}, ${first.does}:\n  ${first.command}\n`;
  const width = Math.max(...steps.map(({ command }) => cellWidth(command)));
  const lines = steps.map(({ command, does }) => `  ${padCells(command, width, 'left')}   ${does}\n`);
  return `${bold('Next')}\n${lines.join('')}`;
}
