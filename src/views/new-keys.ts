import type { Output } from '../context.ts';
import type { NewKey } from '../keys/account-key.ts';
import { formatCents, formatUsd, sumUsd } from '../money.ts';
import type { Create } from '../plan/change.ts';
import { plural } from '../plural.ts';
import { type Group, isGroup } from '../roster/group.ts';
import type { Roster } from '../roster/participant.ts';
import { participantName } from '../roster/participant-name.ts';
import { foldRows, renderTable, tableWidth } from '../terminal/table.ts';
import { formatInstant } from '../terminal/time.ts';

interface NewKeysView {
  roster: Roster;
  defaults: Omit<NewKey, 'name'>;
  dryRun: boolean;
  /** a question follows */
  asks: boolean;
  /** list every row */
  allRows: boolean;
}

/** `3 keys, $1.00 each, resets daily, expires 2026-03-09 09:00 UTC` */
export function createLine(creates: readonly Create[], { defaults, roster }: NewKeysView): string {
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
  return `${plural(creates.length, 'key')}, ${each}${headText(creates)}${reset}${expires}`;
}

/** ` ($0.50 to $1.00 a head)`, where groups share the keys. */
function headText(creates: readonly Create[]): string {
  const heads = creates.flatMap((create) => headOf(create) ?? []).sort((a, b) => a - b);
  const [least] = heads;
  const most = heads.at(-1);
  if (least === undefined) return '';
  return ` (${[...new Set([formatCents(least), formatCents(most ?? least)])].join(' to ')} a head)`;
}

/** USD that each member may spend if all spend the same; undefined without a group or a limit. */
function headOf({ participant, wanted }: Create): number | undefined {
  return isGroup(participant) && wanted.limit !== null ? wanted.limit / participant.members.length : undefined;
}

/** `total limit $3.00; remaining credit $12.00` */
export function limitsLine(creates: readonly Create[], creditLeft: number | undefined): string {
  const limits = creates.map(({ wanted }) => wanted.limit);
  const sum = sumUsd(limits);
  const unlimited = limits.filter((limit) => limit === null).length;
  const open = unlimited > 0 ? ` plus ${plural(unlimited, 'key')} without a limit` : '';
  const credit = creditLeft === undefined ? '' : `; remaining credit ${formatUsd(creditLeft)}`;
  const over = creditLeft !== undefined && sum > creditLeft ? ', which is not enough' : '';
  return `total limit ${formatUsd(sum)}${open}${spendlessText(limits)}${credit}${over}`;
}

/** `; these keys cannot spend anything`, for limits of $0; empty if there are none. */
export function spendlessText(limits: readonly (number | null | undefined)[]): string {
  const without = limits.filter((limit) => limit === 0).length;
  if (without === 0) return '';
  if (without === limits.length) return `; ${without === 1 ? 'this key' : 'these keys'} cannot spend anything`;
  return `; ${without} of these keys cannot spend anything`;
}

/** The participants who get keys: all of them in a dry run, the first ones above a question. */
export function renderNewKeys(
  creates: readonly Create[],
  { dryRun, allRows, asks }: Pick<NewKeysView, 'dryRun' | 'allRows' | 'asks'>,
  output: Output,
  bold: (text: string) => string,
): string {
  const folded = foldRows(creates, () => false, output);
  const shown =
    allRows || creates.length <= ABOVE_A_QUESTION
      ? creates
      : dryRun
        ? folded.shown
        : creates.slice(0, ABOVE_A_QUESTION);
  const areGroups = creates.some(({ participant }) => isGroup(participant));
  const rows = shown.map((create) => {
    const { participant, stem, wanted } = create;
    const head = headOf(create);
    return [
      String(participant?.row ?? ''),
      asks && participant ? participantName(participant) : `${stem}_…`,
      isGroup(participant) ? membersText(participant) : (participant?.emails.join(', ') ?? ''),
      formatUsd(wanted.limit),
      ...(areGroups ? [head === undefined ? '' : formatCents(head)] : []),
    ];
  });
  const columns = [
    { title: 'ROW', align: 'right' },
    { title: asks ? 'NAME' : 'KEY NAME', flexible: true, cut: 'middle', minWidth: 16 },
    { title: areGroups ? 'MEMBERS' : 'EMAIL', flexible: true, minWidth: 12 },
    { title: 'LIMIT', align: 'right' },
    ...(areGroups ? [{ title: 'A HEAD', align: 'right' } as const] : []),
  ] as const;
  const rest = creates.length - shown.length;
  const more = rest > 0 ? `… and ${rest} more (--all-rows lists them)\n` : '';
  return renderTable({ columns, rows }, tableWidth(output), bold) + more;
}

/** `6: Anna Bērziņa, Jānis Ozols, …` */
function membersText({ members }: Group): string {
  const names = members.slice(0, MOST_MEMBERS).map(participantName).join(', ');
  return `${members.length}: ${names}${members.length > MOST_MEMBERS ? ', …' : ''}`;
}

const MOST_MEMBERS = 8;

/** More would push the beginning of the plan off the screen. */
const ABOVE_A_QUESTION = 20;

function limitColumn({ columns: { limit } }: Roster): string {
  return limit ? ` from column ${limit.join(' + ')}` : '';
}
