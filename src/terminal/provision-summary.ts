import type { Context } from '../context.ts';
import type { CliError } from '../errors.ts';
import type { Fate } from '../plan/fates.ts';
import { commandLine } from './command-line.ts';
import { formatUsd } from './money.ts';
import { count, type PlanView } from './provision-plan.ts';
import { createStyle } from './style.ts';
import { renderTable, tableWidth } from './table.ts';
import { visibleText } from './visible-text.ts';

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
  /** absolute */
  folder: string;
  files: readonly ShownFile[];
  fates: readonly Fate[];
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
  const rows = fates.map(({ participant, fate, record, reason }) => [
    participant.rows.join(', '),
    `${participant.name} ${participant.surname}`.trim() || (participant.emails[0] ?? ''),
    WORDS[fate],
    record?.facts.name ?? record?.wanted?.name ?? reason ?? '',
    record?.secret?.toString() ?? '',
  ]);
  let text = rows.length > 0 ? `${renderTable({ columns: COLUMNS, rows }, tableWidth(ctx.stdout), style.bold)}\n` : '';
  text += `${tally(view)}\n`;
  if (roster.problems.length > 0)
    text += `${count(roster.problems.length, 'row problem')} left out; see problems.xlsx.\n`;
  text += `${style.bold('Saved in')} ${visibleText(folder)}\n`;
  for (const file of [...files, { path: `${folder}/journal.jsonl` }]) text += fileLine(file, view);
  if (files.some((file) => file.private === false)) {
    text += 'Note: this system has no private files; keep the folder where nobody else can look.\n';
  }
  for (const step of nextSteps(view)) text += `${style.bold('Next')}     ${step}\n`;
  return text;
}

/** The same as data; secrets stay masked, they are in the files. */
export function summaryJson(view: SummaryView) {
  const { prefix, folder, files, fates, sandbox, roster, stopped, interrupted } = view;
  return {
    version: 1,
    dry_run: false,
    sandbox,
    prefix,
    folder,
    files: files.map(({ path, insteadOf, failed }) => ({
      path,
      instead_of: insteadOf ?? null,
      failed: failed ?? null,
    })),
    participants: fates.map(({ participant, fate, record, reason }) => ({
      row: participant.row,
      rows: participant.rows,
      name: participant.name,
      surname: participant.surname,
      emails: participant.emails,
      fate,
      key_name: record?.facts.name ?? record?.wanted?.name ?? null,
      hash: record?.facts.hash ?? null,
      key: record?.secret?.toString() ?? null,
      limit: record?.facts.limit ?? record?.wanted?.limit ?? null,
      reason: reason ?? null,
    })),
    counts: counts(fates),
    problems: roster.problems,
    notices: roster.notices,
    stopped: stopped ? { code: stopped.code, message: stopped.message } : null,
    interrupted,
    next: nextSteps(view),
  };
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
  if (insteadOf === undefined) return `  ${name}\n`;
  return `  ${name} (the usual file is open in another program)\n`;
}

/** What to type now: go on, or look and clean up. */
export function nextSteps({ fates, place, prefix, interrupted, stopped, again }: SummaryView): string[] {
  const open = fates.some(({ fate }) => fate === 'unsettled' || fate === 'not_started');
  if (open || interrupted || stopped) return [`${again}   goes on where this run stopped`];
  const flags = ['--prefix', prefix, ...place];
  return [
    `${commandLine(['list', ...flags])}   shows what they spend`,
    `${commandLine(['revoke', ...flags])}   after the workshop`,
  ];
}
