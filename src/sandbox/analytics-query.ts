import { badRequest } from './api-error.ts';
import { fieldsOf } from './key-input.ts';

export interface AnalyticsQuery {
  metrics: string[];
  dimensions: string[];
  granularity: 'day' | 'week' | 'month' | undefined;
  filters: AnalyticsFilter[];
  /** milliseconds since the epoch; `end` itself is outside */
  start: number;
  end: number;
  orderBy: { field: string; descending: boolean } | undefined;
  limit: number;
  groupLimit: number | undefined;
}

export interface AnalyticsFilter {
  field: string;
  operator: string;
  values: readonly (string | number)[];
}

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 365;
/** Longer periods are read from sums that know less. */
export const DETAILED_DAYS = 31;

const METRICS = new Set([
  ...['request_count', 'tokens_total', 'tokens_prompt', 'tokens_completion', 'reasoning_tokens', 'cached_tokens'],
  ...['byok_request_count', 'total_usage', 'byok_usage', 'credits_usage', 'usage_upstream', 'usage_cache'],
  ...['usage_data', 'usage_web', 'usage_upstream_web'],
]);
const DETAILED_METRICS = new Set([
  ...['openrouter_usage', 'byok_fees', 'usage_file', 'usage_web_fetch', 'guardrail_invoked_count'],
  ...['guardrail_invoked_rate', 'response_cached_count', 'response_cached_rate', 'avg_latency'],
]);
const DIMENSIONS = new Set(['model', 'variant', 'api_key_id', 'user', 'workspace', 'app']);
const DETAILED_DIMENSIONS = new Set([
  ...['generation_id', 'provider', 'origin', 'country', 'finish_reason', 'external_user', 'context_length_bucket'],
]);
const SCALAR_OPERATORS = new Set(['eq', 'neq', 'gt', 'gte', 'lt', 'lte']);
const LIST_OPERATORS = new Set(['in', 'not_in']);
/** UTC with seconds; minute precision is rejected */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Body of `POST /analytics/query`. Throws ApiError 400. */
export function parseAnalyticsQuery(body: unknown, now: number): AnalyticsQuery {
  const fields = fieldsOf(body);
  const metrics = namesOf(fields.metrics, 'metrics');
  if (metrics.length === 0) throw badRequest('metrics: Too small: expected array to have >=1 items');
  const dimensions = namesOf(fields.dimensions ?? [], 'dimensions');
  if (dimensions.length > 2) throw badRequest('dimensions: Too big: expected array to have <=2 items');
  const range = rangeOf(fields.time_range, now);
  const isLong = range.end - range.start > DETAILED_DAYS * DAY_MS;
  for (const metric of metrics) known(metric, 'metric', METRICS, DETAILED_METRICS, isLong);
  for (const dimension of dimensions) known(dimension, 'dimension', DIMENSIONS, DETAILED_DIMENSIONS, isLong);
  const filters = filtersOf(fields.filters ?? []);
  for (const { field } of filters) known(field, 'dimension', DIMENSIONS, DETAILED_DIMENSIONS, isLong);
  return {
    metrics,
    dimensions,
    granularity: granularityOf(fields.granularity),
    filters,
    ...range,
    orderBy: orderOf(fields.order_by, [...metrics, ...dimensions, 'date', 'request_count']),
    limit: numberOf(fields.limit, 'limit', 10_000) ?? 1000,
    groupLimit: numberOf(fields.group_limit, 'group_limit', 10_000),
  };
}

function namesOf(value: unknown, name: string): string[] {
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  throw badRequest(`${name}: Invalid input: expected array of strings`);
}

function rangeOf(value: unknown, now: number): { start: number; end: number } {
  if (value === undefined) return { start: now - 7 * DAY_MS, end: now };
  const { start, end } = fieldsOf(value);
  const range = { start: momentOf(start, 'start'), end: momentOf(end, 'end') };
  if (range.start >= range.end) throw badRequest('time_range: start must be before end');
  if (range.end - range.start > LONGEST_DAYS * DAY_MS) {
    throw badRequest(`time_range: must not be longer than ${LONGEST_DAYS} days`);
  }
  return range;
}

function momentOf(value: unknown, name: string): number {
  const time = typeof value === 'string' && MOMENT.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw badRequest(`time_range.${name}: Invalid ISO datetime`);
  return time;
}

function known(name: string, kind: string, always: Set<string>, detailed: Set<string>, isLong: boolean): void {
  if (always.has(name)) return;
  if (!detailed.has(name)) throw badRequest(`Unknown ${kind}: ${name}`);
  if (isLong) throw badRequest(`${kind} ${name} supports time ranges up to ${DETAILED_DAYS} days`);
}

function filtersOf(value: unknown): AnalyticsFilter[] {
  if (!Array.isArray(value)) throw badRequest('filters: Invalid input: expected array');
  if (value.length > 20) throw badRequest('filters: Too big: expected array to have <=20 items');
  return value.map((entry) => {
    const { field, operator, value: wanted } = fieldsOf(entry);
    if (typeof field !== 'string' || typeof operator !== 'string') {
      throw badRequest('filters: field and operator are required');
    }
    if (SCALAR_OPERATORS.has(operator) && isScalar(wanted)) return { field, operator, values: [wanted] };
    if (LIST_OPERATORS.has(operator) && Array.isArray(wanted) && wanted.every(isScalar)) {
      return { field, operator, values: wanted };
    }
    throw badRequest(`filters: Invalid operator or value of ${field}`);
  });
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** The sandbox keeps sums of days, so it cannot tell minutes and hours apart. */
function granularityOf(value: unknown): AnalyticsQuery['granularity'] {
  if (value === undefined || value === 'day' || value === 'week' || value === 'month') return value;
  if (value === 'minute' || value === 'hour') throw badRequest(`granularity ${value} is not simulated`);
  throw badRequest('granularity: Invalid option: expected one of "minute"|"hour"|"day"|"week"|"month"');
}

function orderOf(value: unknown, sortable: readonly string[]): AnalyticsQuery['orderBy'] {
  if (value === undefined) return undefined;
  const { field, direction } = fieldsOf(value);
  if (typeof field !== 'string' || !sortable.includes(field)) throw badRequest('order_by: Invalid field');
  if (direction !== 'asc' && direction !== 'desc') throw badRequest('order_by: Invalid direction');
  return { field, descending: direction === 'desc' };
}

function numberOf(value: unknown, name: string, most: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw badRequest(`${name} must be a whole number from 1 to ${most}`);
}
