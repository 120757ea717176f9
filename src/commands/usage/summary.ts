import type { Context } from '../../context.ts';
import { formatUsd, subtractUsd } from '../../money.ts';
import { plural } from '../../plural.ts';
import { isGroup } from '../../roster/group.ts';
import { participantName } from '../../roster/participant-name.ts';
import { createStyle } from '../../terminal/style.ts';
import { formatDay, formatInstant, localDayStart } from '../../terminal/time.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { titledLine } from '../../terminal/wrap.ts';
import type { PersonUsage, UsageNotice, UsageReport } from '../../usage/usage-report.ts';
import { cents } from './amounts.ts';

type View = Pick<Context, 'env' | 'stdout'>;

/** The sentences above the table. */
export function renderHead(report: UsageReport, ctx: View): string {
  const { yellow } = createStyle(ctx.env, ctx.stdout);
  const line = (title: string, text: string, paint?: (text: string) => string) =>
    titledLine(title, text, ctx.stdout, paint);
  const shown = report.notices.slice(0, MOST_NOTICES);
  const more = report.notices.length - shown.length;
  return [
    line('Spent', spentText(report)),
    line('Period', periodText(report)),
    line('Limits', limitsText(report)),
    ...shown.map((notice) => line('Unusual', noticeText(notice, report), yellow)),
    ...(more > 0 ? [line('', `and ${more} more; to see all, add --json`)] : []),
  ].join('');
}

/** The sentences below it. */
export function renderFoot(report: UsageReport, ctx: View): string {
  const { models, others } = report;
  return [
    ...(models.length > 0 ? [titledLine('Models', modelsText(report), ctx.stdout)] : []),
    ...(others
      ? [titledLine('Others', `${cents(others.cost)} by keys of no workshop on this computer`, ctx.stdout)]
      : []),
    titledLine('As of', asOfText(report), ctx.stdout),
  ].join('');
}

const MOST_NOTICES = 5;

/** Nothing was ever spent with the key. Without the account, nobody knows. */
export function isNotStarted({ cost, requests, status, last_used_at }: PersonUsage, { source }: UsageReport): boolean {
  return source !== 'history' && status === 'active' && cost === 0 && requests === 0 && last_used_at === null;
}

function spentText(report: UsageReport): string {
  const { totals, people, unmatched } = report;
  const { cost, requests, active, count } = totals;
  const isWhole = unmatched.length === 0 && people.every((person) => person.cost !== null);
  const amount = cost === null ? 'not known' : `${isWhole ? '' : 'at least '}${cents(cost)}`;
  const known = requests === null ? '' : `, ${plural(requests, 'request')}`;
  const idle = people.filter((person) => isNotStarted(person, report)).length;
  const idleText = idle === 0 ? '' : `; ${idle} ${idle === 1 ? 'has' : 'have'} not started`;
  const isGrouped = people.length > 0 && people.every(({ participant }) => isGroup(participant));
  const who = isGrouped ? plural(count, 'group') : plural(count, 'person', 'people');
  return `${amount} by ${active} of ${who}${known}${idleText}`;
}

function periodText({ period: { since, until, over } }: UsageReport): string {
  const days = since === until ? formatDay(since) : `${formatDay(since)} to ${formatDay(until)}`;
  const local = localDayStart(since);
  const zone = local === undefined ? 'UTC days' : `UTC days (${local} to ${local} your time)`;
  return `${days}, ${zone}${over ? '' : '; not over'}`;
}

function limitsText({ totals: { limit, limit_remaining, unlimited, credit_left } }: UsageReport): string {
  const noLimit = unlimited > 0 ? ` (${plural(unlimited, 'key')} without a limit)` : '';
  const credit = credit_left === null ? '' : `; credit left on the account ${cents(credit_left)}`;
  return `total limit ${formatUsd(limit)}${noLimit}, remaining ${cents(limit_remaining)}${credit}`;
}

function noticeText({ code, participant, cost, compared_with, count }: UsageNotice, { period }: UsageReport): string {
  const name = participant ? visibleText(participantName(participant)) : 'a key';
  if (code === 'unusual_class') {
    return `${name}: ${cents(cost)}; the middle of the ${count} who spent is ${cents(compared_with)}`;
  }
  const day = period.over ? `on ${formatDay(period.until)}` : 'today';
  return `${name}: ${cents(cost)} ${day}; the highest of ${count} days before is ${cents(compared_with)}`;
}

const MOST_MODELS = 3;

function modelsText({ models, totals }: UsageReport): string {
  const shown = models.slice(0, MOST_MODELS).map(({ model, cost }, at) => {
    const isShare = at === 0 && cost !== null && cost > 0 && totals.cost !== null;
    const share = isShare ? ` (${Math.round((100 * cost) / (totals.cost ?? cost))} %)` : '';
    return `${visibleText(model)} ${cents(cost)}${share}`;
  });
  const others = models.slice(MOST_MODELS);
  const sum = others.reduce((total, { cost }) => total + (cost ?? 0), 0);
  return [...shown, ...(others.length > 0 ? [`${plural(others.length, 'other')} ${cents(sum)}`] : [])].join(' · ');
}

/** USD, and the share that is worth a sentence. */
const SMALLEST_DIFFERENCE = { usd: 0.01, share: 0.01 };

function asOfText({ as_of, totals: { cost, reported_by_keys } }: UsageReport): string {
  const at = `${formatInstant(as_of)}.`;
  if (cost === null || reported_by_keys === null) return at;
  const difference = subtractUsd(reported_by_keys, cost);
  const { usd, share } = SMALLEST_DIFFERENCE;
  if (Math.abs(difference) <= Math.max(usd, share * reported_by_keys)) return at;
  const more = difference > 0 ? 'more' : 'less';
  const why = difference > 0 ? ': OpenRouter has not counted it yet' : '';
  return `${at} The keys report ${cents(Math.abs(difference))} ${more} than these tables${why}.`;
}
