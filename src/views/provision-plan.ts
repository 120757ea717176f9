import type { Context, Output } from '../context.ts';
import type { NewKey } from '../keys/account-key.ts';
import { formatUsd } from '../money.ts';
import { type Change, type Create, isCreate } from '../plan/change.ts';
import type { ProvisionPlan, Skipped } from '../plan/plan-provision.ts';
import type { Fate } from '../plan/row-outcomes.ts';
import type { Participant, Roster } from '../roster/participant.ts';
import { renderIssues } from '../terminal/issues.ts';
import { createStyle } from '../terminal/style.ts';
import { foldRows, renderTable, tableWidth } from '../terminal/table.ts';
import { formatInstant } from '../terminal/time.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { titledLine } from '../terminal/wrap.ts';

/** What a plan's screen is made of. */
export interface PlanView {
  prefix: string;
  /** absolute; where the results are or will be */
  folder: string;
  roster: Roster;
  defaults: Omit<NewKey, 'name'>;
  notes: readonly string[];
  plan: ProvisionPlan;
  /** what a dry run tells of everybody */
  fates: readonly Fate[];
  /** whose key a change is about, as far as the journal knows */
  participantOf(change: Change): Participant | null;
  /** USD */
  creditLeft: number | undefined;
  sandbox: boolean;
  /** flags as typed that a command needs to mean the same place */
  place: readonly string[];
  dryRun: boolean;
}

/** The plan before anything is done; in a dry run with every key that a run would make. */
export function renderPlan(view: PlanView, ctx: Pick<Context, 'env'>, output: Output): string {
  const { roster, plan, sandbox, dryRun, prefix } = view;
  const { bold, yellow } = createStyle(ctx.env, output);
  const line = (title: string, text: string) => titledLine(title, visibleText(text), output, bold);
  const creates = plan.changes.filter(isCreate);
  let text = '';
  if (sandbox) text += `${yellow('Sandbox')}   nothing here is real: these keys work nowhere and cost nothing\n`;
  text += line('Roster', rosterLine(roster));
  text += line('Columns', columnsLine(roster));
  if (roster.notices.length > 0) text += `${renderIssues(roster.notices, output)}\n`;
  if (roster.problems.length > 0) text += `${yellow('Left out')}\n${renderIssues(roster.problems, output)}\n`;
  for (const note of view.notes) text += line('Note', note);
  for (const settle of settleLines(plan.changes)) text += line('Settle', settle);
  for (const skip of skipLines(plan.skipped)) text += line('Skip', skip);
  text += line('Create', createLine(creates, view));
  if (creates.length > 0) text += line('Limits', limitsLine(creates, view.creditLeft));
  if (dryRun && creates.length > 0) text += `\n${createsTable(creates, output, bold)}`;
  if (dryRun) text += `\nThis was a dry run for prefix ${visibleText(prefix)}: nothing was changed.\n`;
  return text;
}

/** `1 key`, `2 keys` */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

export function rosterLine({ file, sheet, participants, table }: Roster): string {
  const where = sheet === '' ? file : `${file}, sheet "${sheet}"`;
  return `${where}: ${count(participants.length, 'person', 'people')} in ${count(table.rows.length, 'row')}`;
}

function columnsLine({ columns }: Roster): string {
  const shown = Object.entries(columns).map(([role, letters]) => `${role} = ${letters.join(' + ')}`);
  return shown.join(', ');
}

function createLine(creates: readonly Create[], { defaults }: PlanView): string {
  if (creates.length === 0) return 'nothing: everybody has a key';
  const limits = [...new Set(creates.map(({ wanted }) => wanted.limit))];
  const each =
    limits.length === 1
      ? `${formatUsd(limits[0])}${creates.length === 1 ? '' : ' each'}`
      : `${limits.map(formatUsd).join(', ')} by row`;
  const reset = defaults.limit_reset === null ? '' : `, again ${defaults.limit_reset}`;
  const expiries = [...new Set(creates.map(({ wanted }) => wanted.expires_at))];
  const only = expiries.length === 1 ? expiries[0] : undefined;
  const expires =
    expiries.length > 1 ? ', expiring by row' : only ? `, expiring ${formatInstant(only)}` : ', without an expiry';
  return `${count(creates.length, 'key')}, ${each}${reset}${expires}`;
}

function limitsLine(creates: readonly Create[], creditLeft: number | undefined): string {
  const { sum, unlimited } = sumOfLimits(creates);
  const open = unlimited > 0 ? ` and ${count(unlimited, 'key')} without a limit` : '';
  const credit = creditLeft === undefined ? '' : `; the account has ${formatUsd(creditLeft)} of credit left`;
  const over = creditLeft !== undefined && sum > creditLeft ? ', which is less' : '';
  return `${formatUsd(sum)} in sum${open}${credit}${over}`;
}

function sumOfLimits(creates: readonly Create[]) {
  const cents = creates.reduce((sum, { wanted }) => sum + Math.round((wanted.limit ?? 0) * 1e6), 0);
  return { sum: cents / 1e6, unlimited: creates.filter(({ wanted }) => wanted.limit === null).length };
}

function settleLines(changes: readonly Change[]): string[] {
  return changes.flatMap((change) => {
    if (change.kind === 'remove_orphan') {
      const what = change.how === 'delete' ? 'delete' : `disable (${formatUsd(change.usage)} were spent with it)`;
      return [`${what} ${change.name}: made by an earlier run whose answer was lost`];
    }
    if (change.kind === 'record_gone') return [`${change.name} is not on the account any more: a new key is made`];
    return [];
  });
}

function skipLines(skipped: readonly Skipped[]): string[] {
  const lines: string[] = [];
  const has = skipped.filter(({ because }) => because === 'has_key').length;
  if (has > 0) lines.push(`${count(has, 'person', 'people')} with a key already`);
  const elsewhere = skipped.flatMap((skip) => (skip.because === 'exists_elsewhere' ? [skip.key.name] : []));
  if (elsewhere.length > 0) {
    const names = elsewhere.slice(0, 3).join(', ') + (elsewhere.length > 3 ? ', …' : '');
    lines.push(
      `${count(elsewhere.length, 'person', 'people')} whose keys are on the account but not known here (${names}); --replace makes new ones`,
    );
  }
  const keyed = skipped.filter(({ because }) => because === 'keyed_in_roster').length;
  if (keyed > 0) {
    lines.push(`${count(keyed, 'person', 'people')} for whom the roster has a key already; --replace makes new ones`);
  }
  const doubts = skipped.filter(({ because }) => because === 'unsettled').length;
  if (doubts > 0)
    lines.push(`${count(doubts, 'person', 'people')} whose earlier attempt is not settled; run again later`);
  return lines;
}

function createsTable(creates: readonly Create[], output: Output, bold: (text: string) => string): string {
  const columns = [
    { title: 'ROW', align: 'right' },
    { title: 'KEY NAME', flexible: true, minWidth: 16 },
    { title: 'E-MAIL', flexible: true, minWidth: 12 },
    { title: 'LIMIT', align: 'right' },
  ] as const;
  const { shown, folded } = foldRows(creates, () => false, output);
  const rows = shown.map(({ participant, stem, wanted }) => [
    String(participant?.row ?? ''),
    `${stem}_…`,
    participant?.emails.join(', ') ?? '',
    formatUsd(wanted.limit),
  ]);
  const more = folded > 0 ? `… and ${folded} more (--json shows all)\n` : '';
  return renderTable({ columns, rows }, tableWidth(output), bold) + more;
}
