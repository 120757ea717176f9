import { describe, expect, test } from 'vitest';
import type { UsageQuery } from '../../src/keys/usage-api.ts';
import { clientOf, HASH, MANAGEMENT_KEY, NEW_KEY } from './client-under-test.ts';
import { apiError, html, json, raw, reset, serve, silence } from './scripted-server.ts';

const OTHER = 'e'.repeat(64);
const WEEK: UsageQuery = { hashes: [HASH, OTHER], since: '2026-01-01', until: '2026-01-07' };

function answer(rows: readonly object[], more: { truncated?: boolean; warnings?: unknown } = {}) {
  const { truncated = false, warnings } = more;
  const metadata = { query_time_ms: 3, row_count: rows.length, truncated };
  return json(200, { data: { data: rows, metadata, cachedAt: 1, ...(warnings === undefined ? {} : { warnings }) } });
}

const ROW = {
  date__day: '2026-01-02',
  api_key_id: 'Anda',
  model: 'openai/gpt-6-luna',
  total_usage: 0.25,
  byok_usage: null,
  request_count: '12',
  tokens_prompt: '3000',
  tokens_completion: 400,
  reasoning_tokens: null,
};
const READ = {
  key: 'Anda',
  day: '2026-01-02',
  model: 'openai/gpt-6-luna',
  cost: 0.25,
  byok_cost: 0,
  requests: 12,
  tokens_prompt: 3000,
  tokens_completion: 400,
  tokens_reasoning: 0,
};

async function ask(reply: Parameters<typeof serve>[0], query = WEEK) {
  const { baseUrl, received } = await serve(reply);
  return { usage: await clientOf(baseUrl).client.queryUsage(query), received };
}

describe('what is asked', () => {
  test('rows by key, model and UTC day, for many keys at once', async () => {
    const { received } = await ask(answer([]));
    expect(received[0]).toMatchObject({ method: 'POST', url: '/api/v1/analytics/query' });
    expect(received[0]?.headers.authorization).toBe(`Bearer ${MANAGEMENT_KEY}`);
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      metrics: ['total_usage', 'request_count', 'tokens_prompt', 'tokens_completion', 'byok_usage', 'reasoning_tokens'],
      dimensions: ['api_key_id', 'model'],
      granularity: 'day',
      filters: [{ field: 'api_key_id', operator: 'in', value: [HASH, OTHER] }],
      time_range: { start: '2026-01-01T00:00:00Z', end: '2026-01-08T00:00:00Z' },
      limit: 10_000,
    });
  });

  test('one key alone, with the metrics that always exist', async () => {
    const query = { hashes: [HASH], since: '2024-02-28', until: '2024-02-29', essentialOnly: true };
    const { received } = await ask(answer([]), query);
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
      metrics: ['total_usage', 'request_count', 'tokens_prompt', 'tokens_completion'],
      filters: [{ field: 'api_key_id', operator: 'eq', value: HASH }],
      time_range: { start: '2024-02-28T00:00:00Z', end: '2024-03-01T00:00:00Z' },
    });
  });
});

describe('what is read', () => {
  test.each([
    ['numbers and numeric strings', {}, {}],
    ['a moment for the day', { date__day: '2026-01-02T00:00:00.000Z' }, {}],
    ['the other name of the day', { date__day: undefined, created_at__day: '2026-01-02 00:00:00' }, {}],
    ['a cost as text', { total_usage: ' 2.5e-1 ' }, {}],
    ['fields that nobody knows yet', { cache_hit_rate: 0.5 }, {}],
    ['no cost: not known, which is not zero', { total_usage: null }, { cost: undefined }],
    ['a cost that is no number', { total_usage: 'NaN' }, { cost: undefined }],
    ['no count of requests', { request_count: undefined }, { requests: undefined }],
    ['a real zero', { total_usage: 0, request_count: '0' }, { cost: 0, requests: 0 }],
    ['components', { byok_usage: '0.1', reasoning_tokens: '7' }, { byok_cost: 0.1, tokens_reasoning: 7 }],
    ['no tokens', { tokens_prompt: null, tokens_completion: undefined }, { tokens_prompt: 0, tokens_completion: 0 }],
    ['a key without a name', { api_key_id: null }, { key: '(not named)' }],
    ['no model', { model: '' }, { model: '(not named)' }],
  ])('%s', async (_, sent, read) => {
    const { usage } = await ask(answer([{ ...ROW, ...sent }]));
    expect(usage).toEqual({ result: 'rows', rows: [{ ...READ, ...read }], truncated: false, unknownHashes: [] });
  });

  test('days outside of the period are left out', async () => {
    const days = ['2025-12-31', '2026-01-01', '2026-01-07', '2026-01-08'];
    const { usage } = await ask(answer(days.map((date__day) => ({ ...ROW, date__day }))));
    expect(usage).toMatchObject({ rows: [{ day: '2026-01-01' }, { day: '2026-01-07' }] });
  });

  test('an answer that was cut off says so, and one that is full without a word on it is taken for one', async () => {
    expect((await ask(answer([ROW], { truncated: true }))).usage).toMatchObject({ truncated: true });
    const full = Array.from({ length: 10_000 }, () => ROW);
    expect((await ask(json(200, { data: { data: full } }))).usage).toMatchObject({ truncated: true });
    expect((await ask(json(200, { data: { data: [ROW] } }))).usage).toMatchObject({ truncated: false });
  });

  test.each([
    ['a whole hash', [`Could not resolve api_key_id hash: ${HASH}`], WEEK, [HASH]],
    ['the beginning of one', [`Unknown key ${OTHER.slice(0, 12)}…`], WEEK, [OTHER]],
    ['no hash, where only one was asked for', ['1 api_key_id value could not be resolved'], { hashes: [HASH] }, [HASH]],
    ['something else', ['This endpoint is in beta'], WEEK, []],
    ['nothing', null, WEEK, []],
  ])('a warning that names %s', async (_, warnings, query, unknownHashes) => {
    const { usage } = await ask(answer([ROW], { warnings }), { ...WEEK, ...query });
    expect(usage).toMatchObject({ result: 'rows', unknownHashes });
  });

  test('a warning of keys that names none of many: fewer keys are to be asked for', async () => {
    const warning = '1 api_key_id value could not be resolved';
    expect((await ask(answer([ROW], { warnings: [warning] }))).usage).toEqual({ result: 'too_large', reason: warning });
  });

  test.each([
    ['a row without a day', answer([ROW, { ...ROW, date__day: null }])],
    ['a row with a day that is none', answer([{ ...ROW, date__day: '2026-01-022' }])],
    ['no rows', json(200, { data: { metadata: {} } })],
  ])('%s ends the report rather than being passed over', async (_, reply) => {
    await expect(ask(reply)).rejects.toMatchObject({ code: 'unexpected_answer' });
  });
});

describe('what the service says no to', () => {
  test.each([
    [400, 'bad_request', 'Unknown metric: byok_usage'],
    [403, 'not_offered', 'Analytics is not enabled'],
    [404, 'not_offered', 'Resource not found'],
    [408, 'too_large', 'Operation timed out. Please try again later.'],
  ])('%i', async (status, result, reason) => {
    const { usage, received } = await ask(apiError(status, reason));
    expect(usage).toEqual({ result, reason });
    expect(received).toHaveLength(1);
  });

  test.each([
    ['401', apiError(401, 'User not found.'), 'unauthorized'],
    ['a login page', html(403), 'captive_portal'],
    ['a 404 of something else', raw(404, 'not here'), 'wrong_base_url'],
    ['a 500 that stays', apiError(500, 'Internal Server Error'), 'unexpected_answer'],
  ])('%s hits every query', async (_, reply, code) => {
    await expect(ask(reply)).rejects.toMatchObject({ code });
  });

  test('an error after an answer was lost says that nothing was changed', async () => {
    await expect(ask(apiError(500, 'oops'))).rejects.toMatchObject({
      message: expect.stringContaining('It was a read request: it created and changed nothing.'),
    });
  });
});

describe('a query is a POST that may be repeated; a create never is', () => {
  test.each([
    ['the connection goes', reset],
    ['no answer comes in time', silence],
    ['the answer is cut', raw(200, '{"data":{"data":[')],
    ['the service fails', apiError(502, 'Bad Gateway')],
  ])('when %s', async (_, lost) => {
    const asked = await serve(lost, answer([ROW]));
    const { client } = clientOf(asked.baseUrl, { timeoutMs: 150 });
    expect(await client.queryUsage(WEEK)).toMatchObject({ rows: [READ] });
    expect(asked.received).toHaveLength(2);
    expect(asked.received[0]?.body).toBe(asked.received[1]?.body);

    const created = await serve(lost, answer([ROW]));
    const other = clientOf(created.baseUrl, { timeoutMs: 150 });
    expect(await other.client.createKey(NEW_KEY)).toMatchObject({ result: 'unresolved' });
    expect(created.received).toHaveLength(1);
  });

  test('429 is waited for as long as it asks', async () => {
    const { baseUrl, received } = await serve(apiError(429, 'slow', { 'retry-after': '7' }), answer([ROW]));
    const { client, sleeps } = clientOf(baseUrl);
    expect(await client.queryUsage(WEEK)).toMatchObject({ rows: [READ] });
    expect(sleeps).toContain(7000);
    expect(received).toHaveLength(2);
  });
});

test('all queries of a client share one pace, repeated ones too; other calls are not held up', async () => {
  let clock = Date.parse('2026-01-05T09:00:00Z');
  let queries = 0;
  const { baseUrl } = await serve((response, request) => {
    if (request.method === 'GET') {
      json(200, { data: { total_credits: 1, total_usage: 0 } })(response, request);
      return;
    }
    queries += 1;
    (queries % 9 === 0 ? apiError(500, 'oops') : answer([ROW]))(response, request);
  });
  const began = clock;
  const { client } = clientOf(baseUrl, {
    now: () => new Date(clock),
    sleep: async (ms) => {
      await new Promise(setImmediate);
      clock += ms;
    },
  });
  const all = Promise.all(Array.from({ length: 115 }, () => client.queryUsage(WEEK)));
  await client.getCredits();
  expect(clock - began).toBeLessThan(60_000);
  await all;
  // 60 and 60 and 9 in the third minute; 115 alone would be through in the second.
  expect(queries).toBe(129);
  expect(clock - began).toBeGreaterThanOrEqual(120_000);
  expect(clock - began).toBeLessThan(180_000);
});
