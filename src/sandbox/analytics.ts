import { type AnalyticsFilter, type AnalyticsQuery, DETAILED_DAYS } from './analytics-query.ts';
import { badRequest } from './api-error.ts';
import { sumOf, type UsageSum } from './usage.ts';

/** What the labels of a row are made from. */
export interface UsageLabels {
  /** undefined: no key ever had this hash */
  keyOf(hash: string): { name: string; workspace_id: string } | undefined;
  workspaceName(id: string): string | undefined;
  creator: string;
}

const DAY_MS = 86_400_000;

/**
 * The answer of `POST /analytics/query`: keys and workspaces by name, counts as text, costs as numbers, null for components that were
 * not used. A hash that belongs to no key gives a warning and no rows.
 *
 * @param sums of the keys that are asked for, or of all
 */
export function analyticsView(query: AnalyticsQuery, sums: Iterable<UsageSum>, labels: UsageLabels) {
  const groups = new Map<string, { sum: UsageSum; period: string | undefined; series: string }>();
  for (const sum of sums) {
    if (!isInRange(sum, query) || !query.filters.every((filter) => passes(sum, filter, labels))) continue;
    const period = periodOf(sum.day, query);
    const series = JSON.stringify(query.dimensions.map((dimension) => idOf(sum, dimension, labels)));
    const id = `${period} ${series}`;
    const before = groups.get(id)?.sum;
    groups.set(id, { sum: before === undefined ? sum : sumOf(before, sum), period, series });
  }
  const ordered = [...groups.values()].sort((one, other) => compare(sortValue(one), sortValue(other)));
  const perSeries = new Map<string, number>();
  const rows = ordered.filter(({ series }) => {
    const count = (perSeries.get(series) ?? 0) + 1;
    perSeries.set(series, count);
    return count <= (query.groupLimit ?? Number.POSITIVE_INFINITY);
  });
  const data = rows.slice(0, query.limit).map(({ sum, period }) => rowOf(sum, period, query, labels));
  const warnings = unknownHashes(query, labels).map((hash) => `Could not resolve api_key_id hash: ${hash}`);
  const metadata = { query_time_ms: 1, row_count: data.length, truncated: rows.length > query.limit };
  return { data: { data, metadata, ...(warnings.length > 0 ? { warnings } : {}) } };

  function sortValue({ sum, period }: { sum: UsageSum; period: string | undefined }): string | number {
    const { field } = query.orderBy ?? { field: 'date' };
    if (field === 'date') return period ?? '';
    return query.dimensions.includes(field) ? idOf(sum, field, labels) : (amountOf(sum, field) ?? 0);
  }

  /** Without a wish the newest come first. */
  function compare(one: string | number, other: string | number): number {
    const order = one < other ? -1 : one > other ? 1 : 0;
    return (query.orderBy?.descending ?? true) ? -order : order;
  }
}

/** The hashes that `eq` and `in` ask for; undefined = any key. */
export function askedHashes({ filters }: AnalyticsQuery): readonly string[] | undefined {
  const filter = filters.find(
    ({ field, operator }) => field === 'api_key_id' && (operator === 'eq' || operator === 'in'),
  );
  return filter?.values.map(String);
}

function unknownHashes({ filters }: AnalyticsQuery, labels: UsageLabels): string[] {
  const asked = filters.flatMap(({ field, values }) => (field === 'api_key_id' ? values.map(String) : []));
  return asked.filter((hash) => labels.keyOf(hash) === undefined);
}

/** The end is outside: a period up to midnight does not hold the day that begins then. */
function isInRange({ day }: UsageSum, { start, end }: AnalyticsQuery): boolean {
  const midnight = Date.parse(day);
  return midnight + DAY_MS > start && midnight < end;
}

function passes(sum: UsageSum, { field, operator, values }: AnalyticsFilter, labels: UsageLabels): boolean {
  const isThere = values.map(String).includes(idOf(sum, field, labels));
  if (operator === 'eq' || operator === 'in') return isThere;
  if (operator === 'neq' || operator === 'not_in') return !isThere;
  throw badRequest(`operator ${operator} is not simulated`);
}

/** What a filter compares with, and rows are grouped by. */
function idOf(sum: UsageSum, dimension: string, labels: UsageLabels): string {
  switch (dimension) {
    case 'api_key_id':
      return sum.hash;
    case 'model':
      return sum.model;
    case 'external_user':
      return sum.user ?? '';
    case 'user':
      return labels.creator;
    case 'workspace':
      return labels.keyOf(sum.hash)?.workspace_id ?? '';
    case 'variant':
      return sum.model.split(':')[1] ?? 'standard';
    default:
      return '';
  }
}

/** The first day of the period that a day is in. Weeks start on Sunday; day 0 of the epoch was a Thursday. */
function periodOf(day: string, { granularity }: AnalyticsQuery): string | undefined {
  if (granularity === 'month') return `${day.slice(0, 7)}-01`;
  if (granularity !== 'week') return granularity && day;
  const days = Date.parse(day) / DAY_MS;
  return new Date((days - ((days + 4) % 7)) * DAY_MS).toISOString().slice(0, 10);
}

function rowOf(sum: UsageSum, period: string | undefined, query: AnalyticsQuery, labels: UsageLabels) {
  const isLong = query.end - query.start > DETAILED_DAYS * DAY_MS;
  const field = `${isLong ? 'created_at' : 'date'}__${query.granularity}`;
  return {
    ...(period === undefined ? {} : { [field]: isLong ? `${period}T00:00:00.000Z` : period }),
    ...Object.assign({}, ...query.dimensions.map((dimension) => labelsOf(sum, dimension, labels))),
    ...Object.fromEntries(query.metrics.map((metric) => [metric, metricOf(sum, metric)])),
  };
}

function labelsOf(sum: UsageSum, dimension: string, labels: UsageLabels): Record<string, string | null> {
  const id = idOf(sum, dimension, labels);
  switch (dimension) {
    case 'api_key_id':
      return { api_key_id: labels.keyOf(id)?.name ?? null };
    case 'workspace':
      return { workspace: labels.workspaceName(id) ?? null };
    case 'user':
      return { user: id, user_email: 'owner@example.org' };
    default:
      return { [dimension]: id === '' ? null : id };
  }
}

const COUNTS = new Set(['request_count', 'tokens_total', 'tokens_prompt', 'tokens_completion', 'reasoning_tokens']);

function metricOf(sum: UsageSum, metric: string): string | number | null {
  const amount = amountOf(sum, metric);
  if (amount === undefined || (metric === 'reasoning_tokens' && amount === 0)) return null;
  return COUNTS.has(metric) ? String(amount) : amount;
}

/** undefined: a component that nobody uses here */
function amountOf(sum: UsageSum, metric: string): number | undefined {
  switch (metric) {
    case 'request_count':
      return sum.requests;
    case 'tokens_total':
      return sum.prompt + sum.completion;
    case 'tokens_prompt':
      return sum.prompt;
    case 'tokens_completion':
      return sum.completion;
    case 'reasoning_tokens':
      return sum.reasoning;
    case 'total_usage':
    case 'credits_usage':
    case 'openrouter_usage':
      return sum.usd;
    default:
      return undefined;
  }
}
