import type { Context } from '../../context.ts';
import { withoutTag } from '../../keys/key-name.ts';
import { formatUsd } from '../../money.ts';
import { grouped, plural } from '../../plural.ts';
import { participantName } from '../../roster/participant-name.ts';
import { pickFields, plainValue } from '../../terminal/fields.ts';
import { createStyle } from '../../terminal/style.ts';
import { foldRows, renderTable, type Table, type TableColumn, tableWidth } from '../../terminal/table.ts';
import { titledLine } from '../../terminal/wrap.ts';
import { byCost } from '../../usage/sums.ts';
import type { DayUsage, PersonUsage, Spent, UsageReport } from '../../usage/usage-report.ts';
import type { UserUsage } from '../../usage/user-usage.ts';
import { serviceLine } from '../../views/service-line.ts';
import { cents, requestsText, sparkline, spentText } from './amounts.ts';
import { groupsOf } from './groups.ts';
import { savedText } from './saved-text.ts';
import { isNotStarted, renderFoot, renderHead } from './summary.ts';
import { personJson } from './usage-json.ts';
import type { UsageRowKind, UsageView } from './view.ts';

type ScreenContext = Pick<Context, 'env' | 'stdout' | 'now'>;

/** Sentences, the table, sentences; with `fields`, only these, unformatted. */
export function renderUsage(view: UsageView, ctx: ScreenContext): string {
  const { report, service, fields, files } = view;
  if (fields) return table(fieldsTable(view, fields), ctx) + savedText(files);
  const rows = rowsOf(view);
  const top = view.top === undefined ? rows : rows.slice(0, view.top);
  const { shown, folded } =
    view.top === undefined
      ? foldRows(top, ({ matters }) => matters, ctx.stdout)
      : { shown: top, folded: rows.length - top.length };
  const cells = shown.flatMap(({ cells, below }) => [cells, ...(view.breakdown ? below : [])]);
  const drawn =
    cells.length === 0 ? 'No keys found.\n' : table(withoutEmptyFirst({ columns: COLUMNS[view.by], rows: cells }), ctx);
  const more = folded > 0 ? `… and ${plural(folded, 'more row')}; to see them, add --top ${rows.length}\n` : '';
  const first = serviceLine(service, ctx.stdout, ctx);
  const own = view.by === 'user' ? titledLine('Users', THEIR_OWN_WORD, ctx.stdout) : '';
  return `${first}${renderHead(report, ctx)}\n${drawn}${more}\n${own}${renderFoot(report, ctx)}${savedText(files)}`;
}

const THEIR_OWN_WORD =
  'are what requests say of themselves: a client may send no user or that of somebody else. OpenRouter keeps them for 31 days';

interface Row {
  cells: string[];
  /** its parts, for `--breakdown` */
  below: string[][];
  /** shown also where a long table is cut */
  matters: boolean;
}

function rowsOf({ report, by, users = [] }: UsageView): Row[] {
  const { people, models, days } = report;
  switch (by) {
    case 'person':
      return people.map((person) => personRow(person, report));
    case 'model':
      return models.map((usage) => ({
        cells: [usage.model, ...moneyCells(usage), share(usage, report), ...tokenCells(usage)],
        below: people
          .flatMap((person) => {
            const own = person.models.find(({ model }) => model === usage.model);
            return own ? [{ name: nameOf(person), own }] : [];
          })
          .sort((a, b) => byCost(a.own, b.own))
          .map(({ name, own }) => [`  ${name}`, ...moneyCells(own), '', ...tokenCells(own)]),
        matters: false,
      }));
    case 'day':
      return days.filter(isPast(report)).map(({ day, cost, requests, models: costs }) => ({
        cells: [day, spentText({ cost, requests }), requestsText({ cost, requests }), costs[0]?.model ?? ''],
        below: costs.map(({ model, cost: part }) => ['', cents(part), '', model]),
        matters: true,
      }));
    case 'group':
      return groupsOf(people).map((group) => ({
        cells: [
          group.group ?? '(no group)',
          ...moneyCells(group),
          grouped(group.count),
          grouped(group.active),
          group.models[0]?.model ?? '',
        ],
        below: group.models.map((usage) => ['', ...moneyCells(usage), '', '', usage.model]),
        matters: false,
      }));
    case 'user':
      return users.map((usage) => ({
        cells: [usage.group, usage.user ?? '(no user)', whoText(usage), ...moneyCells(usage), ...tokenCells(usage)],
        below: [],
        matters: false,
      }));
  }
}

function whoText({ user, member, left }: UserUsage): string {
  if (member) return `${participantName(member)}${left ? ' (left)' : ''}`;
  return user === null ? '' : '(nobody known)';
}

function personRow(person: PersonUsage, report: UsageReport): Row {
  const { participant, limit, limit_remaining, days, models, notices, cost } = person;
  const past = days.filter(isPast(report)).map((day) => day.cost);
  const remark = isNotStarted(person, report) ? 'not started' : REMARKS[person.status];
  return {
    cells: [
      participant ? String(participant.row) : '',
      nameOf(person),
      ...moneyCells(person),
      limit === undefined ? '' : formatUsd(limit),
      limit === null || limit_remaining === null ? '' : cents(limit_remaining),
      past.some((amount) => amount !== 0) ? sparkline(past) : '',
      models[0]?.model ?? remark,
    ],
    below: models.length < 2 ? [] : models.map((usage) => ['', '', ...moneyCells(usage), '', '', '', usage.model]),
    matters: notices.length > 0 || cost === null,
  };
}

const REMARKS: Readonly<Record<PersonUsage['status'], string>> = {
  active: '',
  disabled: '(disabled)',
  deleted: '(deleted)',
  no_key: '(no key)',
};

/** A week has days that are still to come. */
function isPast({ as_of }: UsageReport): (day: DayUsage) => boolean {
  const today = as_of.slice(0, 10);
  return ({ day }) => day <= today;
}

function nameOf({ participant, keys }: PersonUsage): string {
  return participant ? participantName(participant) : withoutTag(keys[0]?.name ?? '');
}

function moneyCells(spent: Spent): [string, string] {
  return [spentText(spent), requestsText(spent)];
}

function tokenCells({ tokens_prompt, tokens_completion }: Spent): [string, string] {
  return [grouped(tokens_prompt), grouped(tokens_completion)];
}

function share({ cost }: Spent, { totals }: UsageReport): string {
  if (cost === null || totals.cost === null || totals.cost <= 0) return '';
  return `${Math.round((100 * cost) / totals.cost)} %`;
}

function fieldsTable({ report, top }: UsageView, fields: readonly string[]): Table {
  return {
    columns: fields.map((field) => ({ title: field.toUpperCase(), flexible: true })),
    rows: report.people.slice(0, top).map((person) => {
      const { participant } = person;
      const data = { ...personJson(person), participant: participant ? participantName(participant) : '' };
      return Object.values(pickFields(data, fields)).map(plainValue);
    }),
  };
}

function table(drawn: Table, { env, stdout }: ScreenContext): string {
  return renderTable(drawn, tableWidth(stdout), createStyle(env, stdout).bold);
}

/** Rows of people without a roster have no number. */
function withoutEmptyFirst({ columns, rows }: Table): Table {
  if (rows.some(([first]) => first !== '')) return { columns, rows };
  return { columns: columns.slice(1), rows: rows.map((row) => row.slice(1)) };
}

const COST: TableColumn = { title: 'COST', align: 'right' };
const REQUESTS: TableColumn = { title: 'REQ', align: 'right' };
const TOP_MODEL: TableColumn = { title: 'TOP MODEL', flexible: true, minWidth: 11, cut: 'middle' };

const COLUMNS: Readonly<Record<UsageRowKind, readonly TableColumn[]>> = {
  person: [
    { title: 'ROW', align: 'right', dropOrder: 2 },
    { title: 'NAME', flexible: true, minWidth: 12, cut: 'middle' },
    COST,
    REQUESTS,
    { title: 'LIMIT', align: 'right' },
    { title: 'REMAINING', align: 'right', dropOrder: 1 },
    { title: 'DAYS' },
    TOP_MODEL,
  ],
  model: [
    { title: 'MODEL', flexible: true, minWidth: 16, cut: 'middle' },
    COST,
    REQUESTS,
    { title: 'SHARE', align: 'right' },
    { title: 'PROMPT', align: 'right', dropOrder: 1 },
    { title: 'COMPLETION', align: 'right', dropOrder: 2 },
  ],
  day: [{ title: 'DAY' }, COST, REQUESTS, TOP_MODEL],
  user: [
    { title: 'GROUP', flexible: true, minWidth: 8 },
    { title: 'USER', flexible: true, minWidth: 12 },
    { title: 'WHO', flexible: true, minWidth: 12 },
    COST,
    REQUESTS,
    { title: 'PROMPT', align: 'right', dropOrder: 1 },
    { title: 'COMPLETION', align: 'right', dropOrder: 2 },
  ],
  group: [
    { title: 'GROUP', flexible: true, minWidth: 12 },
    COST,
    REQUESTS,
    { title: 'PEOPLE', align: 'right' },
    { title: 'ACTIVE', align: 'right' },
    TOP_MODEL,
  ],
};
