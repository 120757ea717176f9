import type { Issue } from '../../errors.ts';
import type { Roster } from '../../roster/participant.ts';
import { safeText } from '../../roster/safe-text.ts';
import { cellWidth, padCells, truncateCells } from '../../terminal/cell-width.ts';
import { wrapText } from '../../terminal/wrap.ts';
import { kindText } from '../../views/notices.ts';
import { reasonLines, rowsWithoutKey } from './reasons.ts';

const PREVIEW_ROWS = 8;
const ROWS_A_GROUP = 10;
const MESSAGES_A_KIND = 5;

/** The screen of `roster check`: what was understood, whom it found, what is wrong and what to know; `all` = with every row. */
export function renderRoster(roster: Roster, columns: number, all: boolean): string {
  const { problems, notices } = roster;
  const blocks = [
    heading(roster),
    preview(roster, columns),
    grouped(`${count(problems.length, 'problem')}: rows listed here get no key`, problems, columns, all),
    grouped(count(notices.length, 'notice'), notices, columns, all),
    summary(roster),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** The JSON of `roster check`; its shape is a promise (docs/roster.md). */
export function rosterJson(roster: Roster) {
  return {
    version: 1,
    file: roster.file,
    sheet: roster.sheet,
    header_row: roster.header_row,
    columns: roster.columns,
    participants: roster.participants.map(({ row, rows, emails, name, surname, limit, expires, tier }) => ({
      row,
      rows,
      emails,
      name,
      surname,
      ...(limit === undefined ? {} : { limit }),
      ...(expires === undefined ? {} : { expires }),
      ...(tier === undefined ? {} : { tier }),
    })),
    totals: { participants: roster.participants.length, rows_without_key: rowsWithoutKey(roster) },
    problems: roster.problems.map(issueJson),
    notices: roster.notices.map(issueJson),
  };
}

function issueJson({ row, column, code, message, value }: Issue) {
  return {
    ...(row === undefined ? {} : { row }),
    ...(column === undefined ? {} : { column }),
    code,
    message,
    ...(value === undefined ? {} : { value }),
  };
}

/** File, sheet, header row and the mapping, one line each. */
function heading({ file, sheet, header_row, columns }: Roster): string {
  const place = sheet === '' ? '' : `, sheet "${safeText(sheet)}"`;
  const header = header_row === null ? 'no header' : `header in row ${header_row}`;
  return `${safeText(file)}${place}, ${header}\nColumns: ${renderMapping(columns)}`;
}

/** `email A, name B, surname C`: which columns were taken for what. */
export function renderMapping(columns: Roster['columns']): string {
  return ROLE_NAMES.flatMap(([role, title]) => (columns[role] ? [`${title} ${columns[role].join(' + ')}`] : [])).join(
    ', ',
  );
}

const ROLE_NAMES = [
  ['email', 'email'],
  ['name', 'name'],
  ['surname', 'surname'],
  ['full_name', 'full name'],
  ['limit', 'limit'],
  ['expires', 'expires'],
  ['group', 'group'],
  ['tier', 'tier'],
  ['id', 'id'],
  ['api_key', 'api key'],
] as const;

function preview({ participants }: Roster, columns: number): string {
  const shown = participants.slice(0, PREVIEW_ROWS);
  const extras = shown.some(({ limit, expires }) => limit !== undefined || expires !== undefined);
  const tiers = shown.some(({ tier }) => tier !== undefined);
  const lines = shown.map(({ row, name, surname, emails, limit, expires, tier }) => [
    String(row),
    safeText(name),
    safeText(surname),
    safeText(emails.join(', ')),
    ...(extras ? [limit === undefined ? '' : limit === null ? 'unlimited' : `$${limit}`, expires ?? ''] : []),
    ...(tiers ? [safeText(tier ?? '')] : []),
  ]);
  const table = [
    ['row', 'name', 'surname', 'email', ...(extras ? ['limit', 'expires'] : []), ...(tiers ? ['tier'] : [])],
    ...lines,
  ];
  const widths = table.reduce<number[]>(
    (all, line) => line.map((text, index) => Math.max(all[index] ?? 0, cellWidth(text))),
    [],
  );
  const rendered = table.map((line) =>
    truncateCells(
      line
        .map((text, index) => padCells(text, widths[index] ?? 0, 'left'))
        .join('  ')
        .trimEnd(),
      columns - 2,
    ),
  );
  const more = participants.length - shown.length;
  return [...rendered.map((line) => `  ${line}`), ...(more > 0 ? [`  … and ${more} more`] : [])].join('\n');
}

/** Issues of one kind and message together, each with its place and value; a kind with many messages is one line. */
function grouped(title: string, issues: readonly Issue[], columns: number, all: boolean): string {
  if (issues.length === 0) return '';
  const lines = groupBy(issues, ({ code }) => code).flatMap((kind) => {
    const groups = groupBy(kind, ({ message }) => message);
    const short = all || groups.length <= MESSAGES_A_KIND ? undefined : kindText(kind);
    if (short === undefined) return groups.flatMap((group) => groupLines(group, columns, all));
    return wrapText(`${short} (--all lists them)`, columns - 2).map((line) => `  ${line}`);
  });
  return [title, ...lines].join('\n');
}

function groupLines(group: readonly Issue[], columns: number, all: boolean): string[] {
  const most = all ? Number.POSITIVE_INFINITY : ROWS_A_GROUP;
  const places = group.slice(0, most).map(place);
  return [
    ...wrapText(group[0]?.message ?? '', columns - 2).map((line) => `  ${line}`),
    ...places.flatMap((text) => (text === '' ? [] : [`    ${truncateCells(text, columns - 4)}`])),
    ...(group.length > most ? [`    … and ${group.length - most} more (--all lists them)`] : []),
  ];
}

function groupBy(issues: readonly Issue[], keyOf: (issue: Issue) => string): Issue[][] {
  const groups = new Map<string, Issue[]>();
  for (const issue of issues) groups.set(keyOf(issue), [...(groups.get(keyOf(issue)) ?? []), issue]);
  return [...groups.values()];
}

function place({ row, column, value }: Issue): string {
  const where = [row === undefined ? '' : `row ${row}`, column === undefined ? '' : `column ${column}`]
    .filter((part) => part !== '')
    .join(', ');
  return value === undefined ? where : `${where}${where === '' ? '' : ': '}${value}`;
}

/** Who gets a key, who does not, and why: a count by reason. */
function summary(roster: Roster): string {
  const kept = [
    ['status_unclear', 'with an unclear status'],
    ['role_staff', 'that may be staff'],
    ['struck_out', 'crossed out'],
  ].flatMap(([code, text]) => {
    const rows = new Set(roster.notices.filter((notice) => notice.code === code).map(({ row }) => row)).size;
    return rows === 0 ? [] : [`${count(rows, 'row')} ${text}`];
  });
  const people = [count(roster.participants.length, 'participant'), ...kept].join('; ');
  const reasons = reasonLines(roster);
  if (reasons.length === 0) return `${people}; no rows without a key.`;
  return [`${people}.`, 'Rows without a key, by reason:', ...reasons].join('\n');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
