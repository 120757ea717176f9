import type { Style } from 'exceljs';
import { sumUsd } from '../money.ts';
import { grouped } from '../plural.ts';
import { participantName } from '../roster/participant-name.ts';
import type { PersonUsage, UsageReport } from '../usage/usage-report.ts';
import { columnWidths } from './column-widths.ts';
import { createWorkbook, type NewSheet, type WorkbookWriter } from './workbook-writer.ts';

/** The rows of usage.csv; by their columns' names they know which numbers are money. */
export interface PeopleRows {
  columns: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

export interface UsageWorkbook {
  bytes: Uint8Array;
  /** sentences about rows that are not in it */
  leftOut: string[];
}

/** Excel allows 1,048,576 rows, but so many take 100 MB of memory and several seconds to open: 54 people use 20 models on 90 days. */
const MOST_LONG_ROWS = 100_000;
/** of the matrix of people and days, of which many are empty */
const MOST_DAY_CELLS = 150_000;

const USD = { numFmt: '$#,##0.00####' };
const COUNT = { numFmt: '#,##0' };
const UNKNOWN = 'not known';

/** A usage report as an .xlsx: People, Days, Models, Long, and About, which says what it is and what is not in it. The same report gives the same bytes. */
export async function writeUsageWorkbook(
  report: UsageReport,
  people: PeopleRows,
  { mostLongRows = MOST_LONG_ROWS, mostDayCells = MOST_DAY_CELLS } = {},
): Promise<UsageWorkbook> {
  const workbook = createWorkbook(new Date(report.as_of));
  const days = daysTable(report, mostDayCells);
  const long = longTable(report, mostLongRows);
  const leftOut = [...days.leftOut, ...long.leftOut];
  const { columns } = people;
  addSheet(workbook, 'People', columns, columns.map(styleOf), whole(people.rows));
  addSheet(
    workbook,
    'Days',
    days.header,
    [undefined, undefined, ...days.header.slice(2).map(() => USD)],
    whole(days.rows),
  );
  addSheet(workbook, 'Models', MODELS, MODELS.map(styleOf), whole(modelRows(report)));
  addSheet(workbook, 'Long', LONG, LONG.map(styleOf), long);
  addSheet(workbook, 'About', ['about', 'value'], [undefined, USD], { ...whole(aboutRows(report, leftOut)), shown: 0 });
  return { bytes: await workbook.bytes(), leftOut };
}

/** so many rows say how wide columns are */
const SAMPLE = 200;

type Row = readonly (string | number | null)[];

const MONEY = new Set(['cost', 'byok_cost', 'limit', 'daily_limit', 'limit_remaining']);

function styleOf(column: string): Partial<Style> | undefined {
  if (MONEY.has(column)) return USD;
  return column === 'row' ? undefined : COUNT;
}

interface Table {
  rows: Iterable<Row>;
  /** how many of them can be filtered */
  shown: number;
  sample: readonly Row[];
}

function whole(rows: readonly Row[]): Table {
  return { rows, shown: rows.length, sample: rows.slice(0, SAMPLE) };
}

function addSheet(
  workbook: WorkbookWriter,
  name: string,
  header: readonly string[],
  numbers: NonNullable<NewSheet['numbers']>,
  { rows, shown, sample }: Table,
): void {
  const footer = '&L&8Personal data: share only with people who need to know&R&8&A, page &P of &N';
  workbook.addSheet({ name, header, widths: columnWidths(header, sample), rows, numbers, filtered: shown, footer });
}

/** People and days crosswise. Nothing spent is an empty cell. */
function daysTable({ people, days }: UsageReport, most: number): { header: string[]; rows: Row[]; leftOut: string[] } {
  const fitting = Math.max(1, Math.floor(most / Math.max(1, people.length)));
  const first = Math.max(0, days.length - fitting);
  const shown = days.slice(first);
  const rows = people.map(
    (person): Row => [
      ...whoColumns(person),
      ...person.days.slice(first).map(({ cost }) => (cost === null ? UNKNOWN : cost === 0 ? null : cost)),
    ],
  );
  const left = `Sheet Days has the last ${shown.length} of ${days.length} days: more would not fit into memory. usage.sqlite (--db) has all of them.`;
  return { header: ['name', 'email', ...shown.map(({ day }) => day)], rows, leftOut: first > 0 ? [left] : [] };
}

const MODELS = ['model', 'cost', 'byok_cost', 'requests', 'tokens_prompt', 'tokens_completion', 'tokens_reasoning'];

function modelRows({ models }: UsageReport): Row[] {
  return models.map(({ model, cost, byok_cost, requests, tokens_prompt, tokens_completion, tokens_reasoning }) => [
    ...[model, cost ?? UNKNOWN, byok_cost, requests ?? UNKNOWN],
    ...[tokens_prompt, tokens_completion, tokens_reasoning],
  ]);
}

const LONG = ['name', 'email', 'day', 'model', 'cost', 'requests'];

interface LongTable extends Table {
  leftOut: string[];
}

/** A row for each person, day and model, the newest days first; only so many. */
function longTable(report: UsageReport, most: number): LongTable {
  const all = report.people.flatMap(({ days }) => days).reduce((sum, { models }) => sum + models.length, 0);
  const shown = Math.min(all, most);
  const left = `Sheet Long has the newest ${grouped(shown)} of ${grouped(all)} rows: more would take too much memory. usage.sqlite (--db) has all of them.`;
  const sample = [...longRows(report, Math.min(shown, SAMPLE))];
  return { rows: longRows(report, shown), shown, sample, leftOut: all > shown ? [left] : [] };
}

function* longRows({ people, days }: UsageReport, most: number): Generator<Row> {
  let left = most;
  for (let at = days.length - 1; at >= 0; at -= 1) {
    for (const person of people) {
      for (const { model, cost, requests } of person.days[at]?.models ?? []) {
        if (left === 0) return;
        left -= 1;
        yield [...whoColumns(person), person.days[at]?.day ?? null, model, cost, requests ?? null];
      }
    }
  }
}

function whoColumns({ participant, keys }: PersonUsage): [string, string | null] {
  if (participant) return [participantName(participant), participant.emails[0] ?? null];
  return [keys[0]?.name ?? 'a key without a name', null];
}

function aboutRows(
  { prefix, sandbox, period, as_of, source, complete, totals, unmatched, notes, people }: UsageReport,
  leftOut: readonly string[],
): Row[] {
  const listed = sumUsd(people.map(({ cost }) => cost));
  const others = totals.cost === null ? null : totals.cost - listed;
  return [
    [
      'personal data',
      'This workbook says who used which models, when and how much. Share it only with people who need to know.',
    ],
    ['prefix', prefix ?? 'all keys'],
    ['period', `${period.since} to ${period.until}, UTC days${period.over ? '' : '; not over'}`],
    ['as of', as_of],
    ['source', sandbox ? `${source}, of the sandbox: not real money` : source],
    ['complete', complete ? 'yes' : 'no: what is missing is empty or "not known", and not counted'],
    ['total cost, USD', totals.cost ?? UNKNOWN],
    ...(others !== null && others > 0.000001 ? [['of it by other keys of the account', others] satisfies Row] : []),
    ['empty cells', 'nothing recorded in sheet Days; not known, or not told, elsewhere'],
    ...unmatched.map((name): Row => ['name without a key', name]),
    ...[...leftOut, ...notes].map((note): Row => ['note', note]),
  ];
}
