import * as z from 'zod/mini';
import type { UsageAnswer, UsageApi, UsageQuery, UsageRow, UserRow, UsersAnswer } from '../keys/usage-api.ts';
import type { Send, Sent } from './send.ts';
import { parsed } from './success.ts';
import { reportedDay, reportedNumber, reportedText, UNNAMED } from './usage-fields.ts';

/** The most that one answer holds; there are no pages. */
const MOST_ROWS = 10_000;

const row = z.object({
  date__day: z.catch(z.optional(reportedDay()), undefined),
  /** instead of the first, where the period is long */
  created_at__day: z.catch(z.optional(reportedDay()), undefined),
  api_key_id: reportedText(),
  model: reportedText(),
  /** the field `user` of requests, by their own word; kept for 31 days */
  external_user: reportedText(),
  total_usage: reportedNumber(),
  byok_usage: reportedNumber(),
  request_count: reportedNumber(),
  tokens_prompt: reportedNumber(),
  tokens_completion: reportedNumber(),
  reasoning_tokens: reportedNumber(),
});
const queryAnswer = z.object({
  data: z.object({
    data: z.array(row),
    metadata: z.catch(z.optional(z.object({ truncated: z.boolean() })), undefined),
    warnings: z.catch(z.optional(z.nullable(z.array(z.string()))), undefined),
  }),
});

/** https://openrouter.ai/docs/api/api-reference/analytics/query-analytics */
export function createAnalyticsApi(send: Send): Pick<UsageApi, 'queryUsage' | 'queryUsers'> {
  return {
    async queryUsage(query, { withinMs } = {}): Promise<UsageAnswer> {
      const body = { ...bodyOf(query), dimensions: ['api_key_id', 'model'], granularity: 'day' };
      const sent = await send({
        ...{ method: 'POST', path: '/analytics/query', body, query: true },
        ...(withinMs === undefined ? {} : { withinMs }),
      });
      return refusalOf(sent) ?? answerOf(query, sent);
    },
    async queryUsers(query): Promise<UsersAnswer> {
      const body = { ...bodyOf(query), dimensions: ['api_key_id', 'external_user'] };
      const sent = await send({ method: 'POST', path: '/analytics/query', body, query: true });
      return refusalOf(sent) ?? { result: 'rows', ...parsed(sent, readUsers) };
    },
  };
}

function bodyOf({ hashes, since, until, essentialOnly = false }: UsageQuery) {
  const [only] = hashes;
  return {
    metrics: [
      ...['total_usage', 'request_count', 'tokens_prompt', 'tokens_completion'],
      ...(essentialOnly ? [] : ['byok_usage', 'reasoning_tokens']),
    ],
    filters: [
      hashes.length === 1
        ? { field: 'api_key_id', operator: 'eq', value: only }
        : { field: 'api_key_id', operator: 'in', value: hashes },
    ],
    // Up to the next midnight. Whether that moment still belongs to the period is not documented: what is of another day is left out.
    time_range: { start: `${since}T00:00:00Z`, end: midnightAfter(until) },
    limit: MOST_ROWS,
  };
}

/** Seconds are required, a fraction of them is not. */
function midnightAfter(day: string): string {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().replace('.000Z', 'Z');
}

/** What the service itself says no to, and its caller can do something about. */
function refusalOf({ outcome }: Sent): Exclude<UsageAnswer, { result: 'rows' }> | undefined {
  if (outcome.kind === 'failure' || outcome.error === undefined) return undefined;
  const reason = outcome.error;
  switch (outcome.status) {
    case 400:
      return { result: 'bad_request', reason };
    case 403:
    case 404:
      return { result: 'not_offered', reason };
    case 408:
      return { result: 'too_large', reason };
    default:
      return undefined;
  }
}

function answerOf(query: UsageQuery, sent: Sent): UsageAnswer {
  const { rows, truncated, warnings } = parsed(sent, readAnswer);
  const unnamed = query.hashes.length > 1 ? warnings.find((warning) => isOfSomeKey(warning, query)) : undefined;
  // Zero rows of an unknown key look like a key that spent nothing: fewer keys at a time tell which one is meant.
  if (unnamed !== undefined) return { result: 'too_large', reason: unnamed };
  return {
    result: 'rows',
    rows: rows.filter(({ day }) => day >= query.since && day <= query.until),
    truncated,
    unknownHashes: query.hashes.filter((hash) => warnings.some((warning) => isAbout(warning, hash, query))),
  };
}

function readAnswer(json: unknown) {
  const { data: answer } = z.safeParse(queryAnswer, json).data ?? {};
  const rows = answer?.data.map(usageOf);
  if (answer === undefined || rows === undefined || !rows.every((each) => each !== undefined)) return undefined;
  return {
    rows,
    truncated: answer.metadata?.truncated ?? rows.length >= MOST_ROWS,
    warnings: answer.warnings ?? [],
  };
}

function readUsers(json: unknown): Omit<Extract<UsersAnswer, { result: 'rows' }>, 'result'> | undefined {
  const { data: answer } = z.safeParse(queryAnswer, json).data ?? {};
  if (answer === undefined) return undefined;
  const rows = answer.data.map((reported): UserRow => ({ ...sumsOf(reported), user: reported.external_user ?? null }));
  return { rows, truncated: answer.metadata?.truncated ?? rows.length >= MOST_ROWS };
}

/** undefined: money of an unknown day, which cannot be counted and must not be lost */
function usageOf(reported: z.infer<typeof row>): UsageRow | undefined {
  const day = reported.date__day ?? reported.created_at__day;
  return day === undefined ? undefined : { ...sumsOf(reported), day, model: reported.model ?? UNNAMED };
}

function sumsOf(reported: z.infer<typeof row>): Omit<UsageRow, 'day' | 'model'> {
  return {
    key: reported.api_key_id ?? UNNAMED,
    cost: reported.total_usage,
    byok_cost: reported.byok_usage ?? 0,
    requests: reported.request_count,
    tokens_prompt: reported.tokens_prompt ?? 0,
    tokens_completion: reported.tokens_completion ?? 0,
    tokens_reasoning: reported.reasoning_tokens ?? 0,
  };
}

/** The form of warnings is not documented, but that they tell of hashes for which there is no key. */
function isAbout(warning: string, hash: string, query: UsageQuery): boolean {
  return namedIn(warning).some((part) => hash.startsWith(part)) || (query.hashes.length === 1 && tellsOfKeys(warning));
}

function isOfSomeKey(warning: string, { hashes }: UsageQuery): boolean {
  return tellsOfKeys(warning) && !namedIn(warning).some((part) => hashes.some((hash) => hash.startsWith(part)));
}

/** whole hashes, or how they begin */
function namedIn(warning: string): string[] {
  return warning.match(/\b[0-9a-f]{8,64}/gi)?.map((part) => part.toLowerCase()) ?? [];
}

function tellsOfKeys(warning: string): boolean {
  return /api_key|\bhash/i.test(warning);
}
