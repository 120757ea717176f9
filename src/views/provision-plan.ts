import type { Context, Output } from '../context.ts';
import type { NewKey } from '../keys/account-key.ts';
import type { Model } from '../keys/model.ts';
import { type Change, isCreate } from '../plan/change.ts';
import type { ProvisionPlan } from '../plan/plan-provision.ts';
import { type TierPlan, tierChanges } from '../plan/plan-tiers.ts';
import type { RowOutcome } from '../plan/row-outcomes.ts';
import { plural } from '../plural.ts';
import { isGroup } from '../roster/group.ts';
import type { Participant, Roster } from '../roster/participant.ts';
import { renderIssues } from '../terminal/issues.ts';
import { createStyle } from '../terminal/style.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { titledLine } from '../terminal/wrap.ts';
import type { Hint } from './existing-text.ts';
import { createLine, limitsLine, renderNewKeys } from './new-keys.ts';
import { renderNotices } from './notices.ts';
import { type Service, serviceLine } from './service-line.ts';
import { resolveLines, skipLines } from './skip-lines.ts';
import { renderTiers, tierChangesText } from './tiers-text.ts';

/** The data for the screen of a plan. */
export interface PlanView {
  prefix: string;
  /** undefined = typed */
  prefixFrom: 'ORKEYS_PREFIX' | 'file name' | undefined;
  /** whose account it is; undefined in the sandbox, or if OpenRouter does not report it */
  account: string | undefined;
  /** absolute path of the results */
  folder: string;
  /** the same, as a person would type it */
  shownFolder: string;
  roster: Roster;
  /** the command that lists all notices of the roster */
  seeAllNotices: string;
  defaults: Omit<NewKey, 'name'>;
  /** number of participants whose key is disabled */
  disabled: number;
  /** what existing keys keep, with the commands that change it */
  hints: readonly Hint[];
  notes: readonly string[];
  plan: ProvisionPlan;
  /** undefined = the run was given no tiers */
  tiers?: { plan: TierPlan; models: readonly Model[] } | undefined;
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
  /** a question follows the plan */
  asks: boolean;
  /** list every row */
  allRows: boolean;
}

/** The plan before a run: what is read, what is skipped, the participants who get keys; what is created stands last, above the question. */
export function renderPlan(view: PlanView, ctx: Pick<Context, 'env'>, output: Output): string {
  const { roster, plan, dryRun, prefix } = view;
  const { bold, yellow } = createStyle(ctx.env, output);
  const line = (title: string, text: string) => titledLine(title, visibleText(text), output, bold);
  const creates = plan.changes.filter(isCreate);
  let text = serviceLine(view.service, output, ctx);
  text += line('Workshop', workshopLine(view));
  if (view.account !== undefined) text += line('Account', view.account);
  text += line('Roster', rosterLine(roster));
  text += line('Columns', columnsLine(roster));
  if (roster.notices.length > 0) text += renderNotices(roster.notices, view.seeAllNotices, output);
  if (roster.problems.length > 0) text += `${yellow('Skipped rows')}\n${renderIssues(roster.problems, output)}\n`;
  for (const note of view.notes) text += line('Note', note);
  for (const each of resolveLines(plan.changes, view, ctx.env)) text += line('Resolve', each);
  for (const skip of skipLines(plan.skipped)) text += line('Skip', skip);
  for (const hint of view.hints) text += line(hint.title, hint.text) + commandBelow(hint.command);
  if (creates.length > 0 && (dryRun || view.asks)) text += `\n${renderNewKeys(creates, view, output, bold)}\n`;
  text += line('Create', createLine(creates, view));
  if (creates.length > 0) text += line('Limits', limitsLine(creates, view.creditLeft));
  if (view.tiers)
    text += `\n${renderTiers(view.tiers.plan, view.tiers.models, ctx, output)}${tierLine(view.tiers.plan, line)}`;
  if (dryRun) text += `\nDry run for prefix ${visibleText(prefix)}: nothing was changed.\n`;
  return text;
}

function tierLine(plan: TierPlan, line: (title: string, text: string) => string): string {
  const text = tierChangesText(tierChanges(plan));
  return text === '' ? '' : line('Tiers', text);
}

/** A command has a line of its own that is never wrapped, so that it can be copied. */
function commandBelow(command: string): string {
  return `            ${command}\n`;
}

function workshopLine({ prefix, prefixFrom, shownFolder }: PlanView): string {
  const from =
    prefixFrom === undefined
      ? ''
      : prefixFrom === 'file name'
        ? ' (prefix from the file name; --prefix sets another)'
        : ` (prefix from ${prefixFrom})`;
  return `${prefix} → ${shownFolder}${from}`;
}

function rosterLine({ file, sheet, participants, table, notices }: Roster): string {
  const where = sheet === '' ? file : `${file}, sheet "${sheet}"`;
  const skipped = (code: string, by: string) => {
    const rows = new Set(notices.filter((notice) => notice.code === code).map(({ row }) => row)).size;
    return rows === 0 ? '' : `; ${plural(rows, 'row')} skipped by ${by}`;
  };
  const left = skipped('status_left_out', 'status') + skipped('role_left_out', 'role');
  return `${where}: ${whoText(participants)} in ${plural(table.rows.length, 'row')}${left}`;
}

function whoText(participants: readonly Participant[]): string {
  const groups = participants.filter(isGroup);
  if (groups.length === 0) return plural(participants.length, 'participant');
  const members = groups.reduce((sum, group) => sum + group.members.length, 0);
  return `${plural(groups.length, 'group')} of ${plural(members, 'participant')}`;
}

function columnsLine({ columns }: Roster): string {
  const shown = Object.entries(columns).map(([role, letters]) => `${role} ${letters.join(' + ')}`);
  return shown.join(', ');
}
