import type { Context, Output } from '../context.ts';
import type { CliError } from '../errors.ts';
import { attemptName, labelOfHeld } from '../journal/attempt.ts';
import type { Model } from '../keys/model.ts';
import { formatUsd, sumUsd } from '../money.ts';
import { changedName, isDone, isTierChange, type Outcome } from '../plan/change.ts';
import type { TierPlan } from '../plan/plan-tiers.ts';
import type { RowOutcome, RowResult } from '../plan/row-outcomes.ts';
import type { SecondKey } from '../plan/second-keys.ts';
import { plural } from '../plural.ts';
import type { Participant } from '../roster/participant.ts';
import { participantName } from '../roster/participant-name.ts';
import { commandLine } from '../terminal/command-line.ts';
import { type NextCommand, renderNext } from '../terminal/next-step.ts';
import { createStyle } from '../terminal/style.ts';
import { foldRows, renderTable, tableWidth } from '../terminal/table.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { titledLine } from '../terminal/wrap.ts';
import type { PlanView } from './provision-plan.ts';
import { revokeSecondKeys, secondKeyNotes } from './second-keys.ts';
import { fileName, type ShownFile } from './shown-file.ts';
import { renderTiers, TIER_CHANGES_DONE, tierChangesText } from './tiers-text.ts';

export interface SummaryView extends PlanView {
  files: readonly ShownFile[];
  /** whether the journal is in a database, not in the folder */
  isShared: boolean;
  outcomes: readonly Outcome[];
  /** the tiers after the run; undefined = not looked at */
  tiersLeft?: TierPlan | undefined;
  stopped: CliError | undefined;
  /** the command to resume with */
  again: string;
  interrupted: boolean;
  /** participants for whom another computer created a key at the same time */
  secondKeys?: readonly SecondKey[];
  /** why that is not known */
  secondLookFailed?: string | undefined;
}

const RESULT_TEXTS: Readonly<Record<RowResult, string>> = {
  created: 'created',
  has_key: 'has key',
  has_key_elsewhere: 'has key elsewhere',
  refused: 'refused',
  unresolved: 'unresolved',
  not_started: 'not started',
};

/** The outcome of every row, the result files and the next steps. */
export function renderSummary(view: SummaryView, ctx: Pick<Context, 'env' | 'stdout' | 'platform'>): string {
  const { files, folder, roster, allRows } = view;
  const style = createStyle(ctx.env, ctx.stdout);
  const told = allRows ? view.rows : view.rows.filter(({ result }) => result !== 'has_key');
  const { shown, folded } = allRows
    ? { shown: told, folded: 0 }
    : foldRows(told, ({ result }) => result !== 'created', ctx.stdout);
  const rows = shown.map(({ participant, result, held }) => [
    rowsText(participant),
    participantName(participant),
    RESULT_TEXTS[result],
    held ? attemptName(held) : '',
    held ? (labelOfHeld(held) ?? '') : '',
  ]);
  let text = rows.length > 0 ? `${renderTable({ columns: COLUMNS, rows }, tableWidth(ctx.stdout), style.bold)}` : '';
  if (folded > 0) text += `… and ${folded} more; see keys.xlsx, or add --all-rows\n`;
  if (text !== '') text += '\n';
  text += reasonsText(view, ctx.stdout, style.bold);
  text += `${tally(view)}\n`;
  if (view.tiers) text += tiersText(view, view.tiers.models, ctx, style.bold);
  if (roster.problems.length > 0)
    text += `Skipped ${plural(rowsWithProblems(roster), 'row')} with ${plural(roster.problems.length, 'problem')}; see problems.xlsx\n`;
  text += `${style.bold('Saved in')} ${visibleText(folder)}\n`;
  for (const file of [...files, { path: view.isShared ? 'shared journal' : `${folder}/journal.jsonl` }])
    text += fileLine(file, view);
  if (files.some((file) => file.private === false)) {
    text += 'Note: file permissions are not available here. Keep this folder where only you have access.\n';
  }
  return text + secondKeysText(view, ctx, style.bold) + renderNext(nextSteps(view, ctx.env), ctx.stdout, style.bold);
}

/** Why participants have no key: a line for each reason, which a table would cut. A terminal shows the first ones. */
function reasonsText({ rows, interrupted }: SummaryView, output: Output, bold: (text: string) => string): string {
  const reasons = new Map<string, RowOutcome[]>();
  for (const row of rows) {
    if (row.held || row.reason === undefined || (row.result === 'not_started' && interrupted)) continue;
    const key = `${row.result} ${row.reason}`;
    reasons.set(key, [...(reasons.get(key) ?? []), row]);
  }
  const groups = [...reasons.values()];
  const shown = output.isTTY ? groups.slice(0, MOST_REASONS) : groups;
  let text = shown.map((group) => reasonText(group, output, bold)).join('');
  if (groups.length > shown.length) text += `… and ${groups.length - shown.length} more (--json shows all)\n`;
  return text === '' ? '' : `${text}\n`;
}

const MOST_REASONS = 10;

function reasonText(group: readonly RowOutcome[], output: Output, bold: (text: string) => string): string {
  const [first] = group;
  if (first?.reason === undefined) return '';
  const numbers = group.map(({ participant }) => participant.row);
  const more = numbers.length > MOST_REASON_ROWS ? ', …' : '';
  const which = `${numbers.length === 1 ? 'row' : 'rows'} ${numbers.slice(0, MOST_REASON_ROWS).join(', ')}${more}`;
  const title = RESULT_TEXTS[first.result].replace(/^./, (letter) => letter.toUpperCase());
  return titledLine(`${title},`, `${which}: ${visibleText(first.reason)}`, output, bold);
}

const MOST_REASON_ROWS = 5;

/** A group has a row for each member: the first ones tell where it is. */
function rowsText({ rows, members }: Participant): string {
  const shown = members && rows.length > FEW_ROWS ? [...rows.slice(0, FEW_ROWS), '…'] : rows;
  return shown.join(', ');
}

const FEW_ROWS = 3;

/** What was done for the tiers, and whose key has not the models of its tier. */
function tiersText(
  { outcomes, tiersLeft, rows }: SummaryView,
  models: readonly Model[],
  ctx: Pick<Context, 'env' | 'stdout'>,
  bold: (text: string) => string,
): string {
  const done = tierChangesText(
    outcomes.filter(isDone).map(({ change }) => change),
    TIER_CHANGES_DONE,
  );
  let text = done === '' ? '' : titledLine('Tiers', done, ctx.stdout, bold);
  const open = rows.filter(({ held, bound }) => held && !bound).map(({ participant }) => participantName(participant));
  if (open.length > 0) {
    const who = `${open.slice(0, 5).join(', ')}${open.length > 5 ? ', …' : ''}`;
    const what = `${plural(open.length, 'key')} without the models of ${open.length === 1 ? 'its' : 'their'} tier: ${who}`;
    text += titledLine('Tiers', visibleText(what), ctx.stdout, bold);
  }
  for (const { change, result, reason } of outcomes) {
    if (isTierChange(change) && result !== 'done' && result !== 'gone') {
      text += titledLine('Not done', visibleText(`${changedName(change)}: ${reason ?? result}`), ctx.stdout, bold);
    }
  }
  const isPlain = tiersLeft?.tiers.every(({ drift }) => drift.length === 0) ?? true;
  return tiersLeft && !isPlain ? `${text}${renderTiers(tiersLeft, models, ctx, ctx.stdout)}` : text;
}

function secondKeysText(
  { secondKeys = [], secondLookFailed, locationArgs }: SummaryView,
  ctx: Pick<Context, 'env' | 'stdout'>,
  bold: (text: string) => string,
): string {
  const notes = secondKeyNotes(secondKeys, secondLookFailed);
  const text = notes.map((note) => titledLine('Note', visibleText(note), ctx.stdout, bold)).join('');
  const command = revokeSecondKeys(secondKeys, locationArgs, ctx.env);
  return command === undefined ? text : `${text}To delete the unused key of each:\n  ${command}\n`;
}

const COLUMNS = [
  { title: 'ROW', align: 'right' },
  { title: 'NAME', flexible: true, cut: 'middle', minWidth: 12 },
  { title: 'STATUS' },
  { title: 'KEY NAME', flexible: true, cut: 'middle', minWidth: 18 },
  { title: 'SECRET', flexible: true, cut: 'middle', minWidth: 12, dropOrder: 1 },
] as const;

function tally({ rows, disabled }: SummaryView): string {
  const number = (result: RowResult) => rows.filter((row) => row.result === result).length;
  const created = number('created');
  const limits = sumUsd(rows.map(({ result, held }) => (result === 'created' ? held?.intent?.wanted.limit : 0)));
  const parts = [`Created ${plural(created, 'key')}${created > 0 ? `, total limit ${formatUsd(limits)}` : ''}`];
  const has = number('has_key');
  if (has > 0) parts.push(`${has} ${has === 1 ? 'has' : 'have'} a key already${disabledText(disabled)}`);
  const elsewhere = number('has_key_elsewhere');
  if (elsewhere > 0) parts.push(`${elsewhere} ${elsewhere === 1 ? 'has' : 'have'} a key elsewhere`);
  for (const result of ['refused', 'unresolved', 'not_started'] as const) {
    if (number(result) > 0) parts.push(`${number(result)} ${RESULT_TEXTS[result]}`);
  }
  return parts.join('; ');
}

function disabledText(disabled: number): string {
  return disabled === 0 ? '' : `, ${disabled} of them disabled`;
}

function fileLine({ path, insteadOf, failed }: ShownFile, { folder, prefix, locationArgs }: SummaryView): string {
  const name = visibleText(path.startsWith(folder) ? path.slice(folder.length + 1) : path);
  if (failed !== undefined)
    return `  ${name}: ${visibleText(failed)} Nothing is lost; create it later with ${commandLine(['export', prefix, ...locationArgs])}\n`;
  if (insteadOf === undefined) return `  ${DESCRIPTIONS[name] ? `${name.padEnd(13)}  ${DESCRIPTIONS[name]}` : name}\n`;
  return `  ${name} (${visibleText(fileName(insteadOf))} is open in another program)\n`;
}

function rowsWithProblems({ problems }: SummaryView['roster']): number {
  return new Set(problems.map(({ sheet, row }) => `${sheet} ${row}`)).size;
}

const JOURNAL = 'record of all changes; everything else can be rebuilt from it';

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  'keys.xlsx': "your roster with each participant's key",
  'keys.json': 'all keys, for scripts',
  'problems.xlsx': 'rows without a key, with the reason',
  'journal.jsonl': JOURNAL,
  'shared journal': JOURNAL,
};

/** What fits now: to resume what is open, or to test new keys. A run that changed nothing needs no next step. */
export function nextSteps(view: SummaryView, env: Context['env']): NextCommand[] {
  const { rows, locationArgs, prefix, interrupted, stopped, again } = view;
  const isOpen = ({ result, bound, waitsFor }: RowOutcome) =>
    result === 'unresolved' || (result === 'not_started' && waitsFor === undefined) || bound === false;
  if (rows.some(isOpen) || interrupted || stopped) return [{ command: again, does: 'to resume' }];
  const waiting = rows.flatMap(({ waitsFor }) => waitsFor ?? []);
  // The same command would only wait again.
  if (waiting.length > 0) {
    return [
      {
        command: [again, ...waiting].join(' '),
        does: `if ${waiting.length === 1 ? 'it is' : 'they are'} the same as before`,
      },
    ];
  }
  if (!rows.some(({ result }) => result === 'created')) return [];
  return [
    { command: commandLine(['verify', '--prefix', prefix, ...locationArgs], env), does: 'to test every key' },
    { command: commandLine(['handout', 'slips', prefix, ...locationArgs], env), does: 'to hand out the keys' },
  ];
}
