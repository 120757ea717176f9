import type { Context, Output } from '../context.ts';
import type { NewKey } from '../keys/account-key.ts';
import { formatUsd, sumUsd } from '../money.ts';
import { type Change, type Create, isCreate } from '../plan/change.ts';
import type { ProvisionPlan, Skipped } from '../plan/plan-provision.ts';
import type { RowOutcome } from '../plan/row-outcomes.ts';
import { plural } from '../plural.ts';
import type { Participant, Roster } from '../roster/participant.ts';
import { participantName } from '../roster/participant-name.ts';
import { renderIssues } from '../terminal/issues.ts';
import { createStyle } from '../terminal/style.ts';
import { foldRows, renderTable, tableWidth } from '../terminal/table.ts';
import { formatInstant } from '../terminal/time.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { titledLine } from '../terminal/wrap.ts';
import { type Service, serviceLine } from './service-line.ts';

/** The data for the screen of a plan. */
export interface PlanView {
  prefix: string;
  /** absolute path of the results */
  folder: string;
  roster: Roster;
  defaults: Omit<NewKey, 'name'>;
  notes: readonly string[];
  plan: ProvisionPlan;
  /** the outcome of every participant; before a run, for a dry run only */
  rows: readonly RowOutcome[];
  /** the participant of a change, if the journal has it */
  participantOf(change: Change): Participant | null;
  /** USD */
  creditLeft: number | undefined;
  service: Service;
  /** `--out` and `--sandbox` as typed, for printed commands */
  locationArgs: readonly string[];
  dryRun: boolean;
}

/** The plan before a run; in a dry run, with every key that a run would create. */
export function renderPlan(view: PlanView, ctx: Pick<Context, 'env'>, output: Output): string {
  const { roster, plan, dryRun, prefix } = view;
  const { bold, yellow } = createStyle(ctx.env, output);
  const line = (title: string, text: string) => titledLine(title, visibleText(text), output, bold);
  const creates = plan.changes.filter(isCreate);
  let text = serviceLine(view.service, output, ctx);
  text += line('Roster', rosterLine(roster));
  text += line('Columns', columnsLine(roster));
  if (roster.notices.length > 0) text += `${renderIssues(roster.notices, output)}\n`;
  if (roster.problems.length > 0) text += `${yellow('Skipped rows')}\n${renderIssues(roster.problems, output)}\n`;
  for (const note of view.notes) text += line('Note', note);
  for (const each of resolveLines(plan.changes)) text += line('Resolve', each);
  for (const skip of skipLines(plan.skipped)) text += line('Skip', skip);
  text += line('Create', createLine(creates, view));
  if (creates.length > 0) text += line('Limits', limitsLine(creates, view.creditLeft));
  if (dryRun && creates.length > 0) text += `\n${createsTable(creates, output, bold)}`;
  if (dryRun) text += `\nDry run for prefix ${visibleText(prefix)}: nothing was changed.\n`;
  return text;
}

export function rosterLine({ file, sheet, participants, table, notices }: Roster): string {
  const where = sheet === '' ? file : `${file}, sheet "${sheet}"`;
  const skipped = (code: string, by: string) => {
    const rows = new Set(notices.filter((notice) => notice.code === code).map(({ row }) => row)).size;
    return rows === 0 ? '' : `; ${plural(rows, 'row')} skipped by ${by}`;
  };
  const left = skipped('status_left_out', 'status') + skipped('role_left_out', 'role');
  return `${where}: ${plural(participants.length, 'participant')} in ${plural(table.rows.length, 'row')}${left}`;
}

function columnsLine({ columns }: Roster): string {
  const shown = Object.entries(columns).map(([role, letters]) => `${role} ${letters.join(' + ')}`);
  return shown.join(', ');
}

function createLine(creates: readonly Create[], { defaults, roster }: PlanView): string {
  if (creates.length === 0) return 'nothing to create';
  const limits = [...new Set(creates.map(({ wanted }) => wanted.limit))];
  const each =
    limits.length === 1
      ? `${formatUsd(limits[0])}${creates.length === 1 ? '' : ' each'}`
      : limits
          .map((limit) => `${creates.filter(({ wanted }) => wanted.limit === limit).length} × ${formatUsd(limit)}`)
          .slice(0, 8)
          .join(', ') +
        (limits.length > 8 ? ', …' : '') +
        limitColumn(roster);
  const reset = defaults.limit_reset === null ? '' : `, resets ${defaults.limit_reset}`;
  const expiries = [...new Set(creates.map(({ wanted }) => wanted.expires_at))];
  const only = expiries.length === 1 ? expiries[0] : undefined;
  const expires =
    expiries.length > 1 ? ', expiration set per row' : only ? `, expires ${formatInstant(only)}` : ', no expiration';
  return `${plural(creates.length, 'key')}, ${each}${reset}${expires}`;
}

function limitColumn({ columns: { limit } }: Roster): string {
  return limit ? ` from column ${limit.join(' + ')}` : '';
}

function limitsLine(creates: readonly Create[], creditLeft: number | undefined): string {
  const { sum, unlimited } = sumOfLimits(creates);
  const open = unlimited > 0 ? ` plus ${plural(unlimited, 'key')} without a limit` : '';
  const credit = creditLeft === undefined ? '' : `; remaining credit ${formatUsd(creditLeft)}`;
  const over = creditLeft !== undefined && sum > creditLeft ? ', which is not enough' : '';
  return `total limit ${formatUsd(sum)}${open}${credit}${over}`;
}

function sumOfLimits(creates: readonly Create[]) {
  return {
    sum: sumUsd(creates.map(({ wanted }) => wanted.limit)),
    unlimited: creates.filter(({ wanted }) => wanted.limit === null).length,
  };
}

function resolveLines(changes: readonly Change[]): string[] {
  return changes.flatMap((change) => {
    if (change.kind === 'remove_orphan') {
      const spent = change.how === 'delete' ? '' : ` (${formatUsd(change.usage)} spent)`;
      return [`${change.how} orphaned key ${change.name} from an earlier run${spent}`];
    }
    if (change.kind === 'record_gone') return [`${change.name} is no longer on the account; a new key will be created`];
    if (change.kind === 'record_person') {
      return [
        `${participantName(change.participant)} keeps the key: ${change.from.join(', ')} → ${change.participant.emails.join(', ')}`,
      ];
    }
    if (change.kind === 'record_not_ours') {
      return [
        `the secret of ${change.name} is not the one in the journal; it is unchanged, and a new key will be created`,
      ];
    }
    return [];
  });
}

function skipLines(skipped: readonly Skipped[]): string[] {
  const lines: string[] = [];
  const has = skipped.filter(({ because }) => because === 'has_key').length;
  if (has > 0) lines.push(`${plural(has, 'participant')} already ${has === 1 ? 'has' : 'have'} a key`);
  const elsewhere = skipped.flatMap((skip) => (skip.because === 'has_key_elsewhere' ? [skip.key.name] : []));
  if (elsewhere.length > 0) {
    const names = elsewhere.slice(0, 3).join(', ') + (elsewhere.length > 3 ? ', …' : '');
    lines.push(
      `${plural(elsewhere.length, 'participant')} ${elsewhere.length === 1 ? 'has' : 'have'} a key on the account that is not saved on this computer (${names}); add --create-duplicates to create new keys`,
    );
  }
  const keyed = skipped.filter(({ because }) => because === 'keyed_in_roster').length;
  if (keyed > 0) {
    lines.push(
      `${plural(keyed, 'participant')} already ${keyed === 1 ? 'has' : 'have'} a key in the roster; add --create-duplicates to create new keys`,
    );
  }
  const unresolved = skipped.filter(({ because }) => because === 'unresolved').length;
  if (unresolved > 0)
    lines.push(
      `${plural(unresolved, 'participant')} with an unresolved earlier attempt; run the same command again later`,
    );
  for (const skip of skipped) {
    if (skip.because !== 'maybe_moved') continue;
    const { from, participant } = skip.moved;
    lines.push(
      `${participantName(participant)} seems to have a new address (${from.join(', ')} → ${participant.emails.join(', ')}) and waits: add --same-person ${from[0] ?? 'OLD'}=${participant.emails[0] ?? 'NEW'} to keep the key, or --new-person ${participant.emails[0] ?? 'NEW'}`,
    );
  }
  return lines;
}

function createsTable(creates: readonly Create[], output: Output, bold: (text: string) => string): string {
  const columns = [
    { title: 'ROW', align: 'right' },
    { title: 'KEY NAME', flexible: true, minWidth: 16 },
    { title: 'EMAIL', flexible: true, minWidth: 12 },
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
