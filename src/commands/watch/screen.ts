import type { Context } from '../../context.ts';
import type { AccountKey } from '../../keys/account-key.ts';
import { formatUsd, sumUsd } from '../../money.ts';
import { plural } from '../../plural.ts';
import type { Participant } from '../../roster/participant.ts';
import { participantName } from '../../roster/participant-name.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { formatDuration } from '../../terminal/time.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { titledLine } from '../../terminal/wrap.ts';
import { spentInLastHour } from '../../usage/last-hour.ts';
import { canDisable, ruleText, type WatchRule } from '../../usage/watch-rules.ts';
import type { Told, WatchState } from '../../usage/watch-state.ts';
import type { WatchReading } from '../../usage/watch-step.ts';
import { type Service, serviceLine } from '../../views/service-line.ts';

export interface WatchView {
  service: Service;
  prefix: string;
  locationArgs: readonly string[];
  rules: readonly WatchRule[];
  everyMs: number;
  once: boolean;
  disable: boolean;
  dryRun: boolean;
  atMost: number;
}

/** What is watched and what may happen, before it begins. */
export function renderStart(
  view: WatchView,
  keys: readonly AccountKey[],
  ctx: Pick<Context, 'env' | 'stdout'>,
): string {
  const { rules, disable, atMost } = view;
  const output = ctx.stdout;
  const often = view.once ? 'once' : `every ${formatDuration(view.everyMs)}`;
  const acting = disable ? rules.filter(canDisable) : [];
  const telling = rules.filter((rule) => !acting.includes(rule)).map(ruleText);
  const ofAll = acting
    .filter(({ rule }) => rule === 'total_over')
    .map((rule) => `all keys when they are ${ruleText(rule)}`);
  const ofOne = acting.filter(({ rule }) => rule !== 'total_over').map(ruleText);
  const disabling = [...ofAll, ...(ofOne.length > 0 ? [`${ofOne.join(', ')}, at most ${atMost} at once`] : [])];
  return [
    serviceLine(view.service, output, ctx),
    titledLine('Watching', `${plural(keys.length, 'key')} ${often}; ${limitsText(keys)}`, output),
    telling.length > 0
      ? titledLine('Tells', `${telling.join(', ')}${disable ? '' : '; disables nothing'}`, output)
      : '',
    disabling.length > 0 ? titledLine('Disables', disabling.join('; '), output) : '',
  ].join('');
}

function limitsText(keys: readonly AccountKey[]): string {
  const unlimited = keys.filter(({ limit }) => typeof limit !== 'number').length;
  if (unlimited === 0) return 'each has a limit of its own, which stops it even when this computer sleeps';
  return `${unlimited === keys.length ? 'none has a limit' : `${unlimited} of them have no limit`}, so nothing but this watch stops them`;
}

/** Sums of a reading, USD. */
export function readingSums({ keys, at, credit }: WatchReading, { samples }: WatchState) {
  return {
    keys: keys.length,
    spent: sumUsd(keys.map(({ usage }) => usage)),
    last_hour: sumUsd(keys.map(({ hash }) => spentInLastHour(samples.get(hash) ?? [], at))),
    credit_left: credit ?? null,
  };
}

/** `54 keys, $18.45 spent, $0.62 in the last hour` */
export function readingText(reading: WatchReading, state: WatchState): string {
  const { keys, spent, last_hour, credit_left } = readingSums(reading, state);
  const left = credit_left === null ? '' : `, ${formatUsd(credit_left)} of credit left`;
  return `${plural(keys, 'key')}, ${formatUsd(spent)} spent, ${formatUsd(last_hour)} in the last hour${left}`;
}

/** `Jānis Zariņš spent $0.58 in an hour (this watch allows $0.50)` */
export function toldText({ rule, key, value, threshold }: Told, participant: Participant | null): string {
  const who = key ? visibleText(participant ? participantName(participant) : key.name) : '';
  const spent = `${who} spent ${formatUsd(value)}`;
  const allowed = `(this watch allows ${formatUsd(threshold)})`;
  switch (rule.rule) {
    case 'over':
      return 'usd' in rule.threshold
        ? `${spent} ${allowed}`
        : `${spent} of ${formatUsd(key?.limit)}: ${ruleText(rule)}`;
    case 'per_hour':
      return `${spent} in an hour ${allowed}`;
    case 'per_day':
      return `${spent} today ${allowed}`;
    case 'total_over':
      return `All keys together spent ${formatUsd(value)} ${allowed}`;
    case 'credit_under':
      return `The account has ${formatUsd(value)} of credit left (this watch asks for ${formatUsd(threshold)})`;
    case 'unusual':
      return `${spent} today; the middle of those who spent is ${formatUsd(threshold)}`;
  }
}

/** Who was disabled, or would be; the reason stands there where it is about them alone. */
export function disabledText(told: Told, participant: Participant | null, isDryRun: boolean): string {
  const { rule, key } = told;
  const who = key ? visibleText(participant ? participantName(participant) : key.name) : '';
  return `${rule.rule === 'total_over' ? who : toldText(told, participant)}: ${isDryRun ? 'would be disabled' : 'disabled'}`;
}

/** Who is over and was disabled meanwhile, perhaps by a watch on another computer. */
export function offAlreadyText(told: Told, participant: Participant | null): string {
  return `${toldText(told, participant)}: the key is disabled already`;
}

/** What is said when a rule holds again. */
export function clearedText({ rule, key, value }: Told, participant: Participant | null): string {
  const who = key ? visibleText(participant ? participantName(participant) : key.name) : 'All together';
  return `${who}: no longer ${ruleText(rule)} (${formatUsd(value)})`;
}

/** The command that enables what a watch disabled. */
export function undoCommand({ prefix, locationArgs }: Pick<WatchView, 'prefix' | 'locationArgs'>): string {
  return commandLine(['update', '--prefix', prefix, '--by-watch', '--enable', ...locationArgs]);
}

/** Local time on a terminal, where somebody watches; date and time in UTC elsewhere, for logs. */
export function stamp(at: Date, { stdout }: Pick<Context, 'stdout'>, timeZone?: string): string {
  if (!stdout.isTTY) return at.toISOString().slice(0, 19).replace('T', ' ');
  return new Intl.DateTimeFormat('sv-SE', {
    timeStyle: 'medium',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at);
}
