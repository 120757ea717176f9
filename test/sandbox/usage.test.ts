import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MANAGEMENT_KEY, SandboxAccount } from '../../src/sandbox/account.ts';
import { answer } from '../../src/sandbox/routes.ts';
import { deviations } from '../support/published-api.ts';

/** A Wednesday. */
const NOW = '2026-03-04T10:00:00Z';
const WEEK = { start: '2026-02-26T00:00:00Z', end: '2026-03-05T00:00:00Z' };
const SONNET = 'anthropic/claude-sonnet-5.5';
const GPT = 'openai/gpt-4.1-2025-04-14';

/** An account with two keys, and ways to ask it that fail when an answer is not as published. */
function useAccount() {
  const clock = { now: new Date(NOW) };
  const account = new SandboxAccount({ now: () => clock.now, random: randomBytes });
  const ask = (method: string, path: string, body: unknown = '', secret = MANAGEMENT_KEY) => {
    const url = path.startsWith('/sandbox') ? path : `/api/v1${path}`;
    const reply = answer(account, { method, url, body: JSON.stringify(body), authorization: `Bearer ${secret}` });
    const sent = JSON.parse(JSON.stringify(reply.body));
    if (path.startsWith('/a')) expect(deviations(method, url, reply.status, sent)).toEqual([]);
    return { status: reply.status, headers: reply.headers, body: sent };
  };
  const query = (more: object = {}) => {
    const wanted = { metrics: ['total_usage', 'request_count'], dimensions: ['api_key_id', 'model'] };
    return ask('POST', '/analytics/query', { ...wanted, granularity: 'day', time_range: WEEK, ...more });
  };
  const anda: string = account.createKey({ name: 'Anda', limit: 5, limit_reset: 'weekly' }).data.hash;
  const bruno: string = account.createKey({ name: 'Bruno' }).data.hash;
  const spend = (hash: string, usd: number, details: object = {}) =>
    ask('POST', '/sandbox/spend', { hash, usd, ...details });
  return { account, clock, ask, query, spend, anda, bruno, rows: (more?: object) => query(more).body.data.data };
}

function refusal(code: number, message: string) {
  return { status: code, body: { error: { code, message, metadata: null }, user_id: null } };
}

describe('a query', () => {
  test('names keys, writes counts as text and costs as numbers, and tells the newest day first', () => {
    const { spend, anda, rows } = useAccount();
    spend(anda, 0.5, { model: SONNET, requests: 3, at: '2026-03-02T23:59:59Z' });
    spend(anda, 0.25, { model: SONNET, requests: 1, at: '2026-03-02T08:00:00Z' });
    spend(anda, 0.125);
    expect(rows()).toEqual([
      { date__day: '2026-03-04', api_key_id: 'Anda', model: GPT, total_usage: 0.125, request_count: '1' },
      { date__day: '2026-03-02', api_key_id: 'Anda', model: SONNET, total_usage: 0.75, request_count: '4' },
    ]);
  });

  test('components that were not used are null, tokens are text', () => {
    const { spend, anda, rows } = useAccount();
    spend(anda, 1, { tokens: { prompt: 1200, completion: 300 } });
    spend(anda, 1, { model: SONNET, tokens: { prompt: 1, completion: 2, reasoning: 2 } });
    const metrics = ['tokens_total', 'tokens_prompt', 'tokens_completion', 'reasoning_tokens', 'byok_usage'];
    expect(rows({ metrics, dimensions: ['model'], order_by: { field: 'model', direction: 'desc' } })).toMatchObject([
      { tokens_total: '1500', tokens_prompt: '1200', reasoning_tokens: null, byok_usage: null },
      { tokens_total: '3', tokens_completion: '2', reasoning_tokens: '2', byok_usage: null },
    ]);
  });

  test('the end of the period is outside; more than 31 days come under another name and as moments', () => {
    const { spend, anda, rows } = useAccount();
    spend(anda, 1, { at: '2026-03-02T00:00:00Z' });
    spend(anda, 2, { at: '2026-03-03T00:00:00Z' });
    const time_range = { start: '2026-03-02T00:00:00Z', end: '2026-03-03T00:00:00Z' };
    expect(rows({ time_range })).toMatchObject([{ date__day: '2026-03-02' }]);
    const long = { start: '2026-01-30T00:00:00Z', end: '2026-03-03T00:00:00Z' };
    const [row] = rows({ time_range: long });
    expect(row).toMatchObject({ created_at__day: '2026-03-02T00:00:00.000Z', total_usage: 1 });
    expect(row).not.toHaveProperty('date__day');
  });

  test('filters want hashes; an unknown one gives a warning and no rows', () => {
    const { spend, anda, bruno, query } = useAccount();
    spend(anda, 1);
    spend(bruno, 2);
    const of = (operator: string, value: unknown) =>
      query({ filters: [{ field: 'api_key_id', operator, value }] }).body.data;
    expect(of('eq', anda).data).toMatchObject([{ api_key_id: 'Anda' }]);
    expect(of('not_in', [anda]).data).toMatchObject([{ api_key_id: 'Bruno' }]);
    const unknown = 'f'.repeat(64);
    expect(of('in', [bruno, unknown])).toMatchObject({
      data: [{ api_key_id: 'Bruno' }],
      warnings: [`Could not resolve api_key_id hash: ${unknown}`],
    });
    expect(of('eq', 'Anda')).toMatchObject({ data: [], warnings: [expect.stringContaining('Anda')] });
  });

  test('two keys of one name make two rows that nothing tells apart', () => {
    const { spend, account, anda, rows } = useAccount();
    spend(anda, 1);
    spend(account.createKey({ name: 'Anda' }).data.hash, 2);
    expect(rows()).toMatchObject([{ api_key_id: 'Anda' }, { api_key_id: 'Anda' }]);
  });

  test('usage of a key that was renamed comes under its new name, of a deleted one under its last', () => {
    const { spend, account, anda, bruno, rows } = useAccount();
    spend(anda, 1);
    spend(bruno, 2);
    account.updateKey(anda, { name: 'Anda B.' });
    account.deleteKey(bruno);
    expect(rows().map((row: { api_key_id: string }) => row.api_key_id)).toEqual(['Anda B.', 'Bruno']);
  });

  test('an answer holds as many rows as asked for, 1,000 if not, and says that it was cut off', () => {
    const { spend, anda, query } = useAccount();
    for (let model = 0; model < 1001; model++) spend(anda, 0.001, { model: `test/model-${model}` });
    expect(query().body.data.metadata).toMatchObject({ row_count: 1000, truncated: true });
    expect(query({ limit: 1001 }).body.data.metadata).toMatchObject({ row_count: 1001, truncated: false });
    expect(query({ limit: 10_001 })).toMatchObject({ status: 400 });
  });

  test('who sent the requests can be grouped by; weeks start on Sunday', () => {
    const { spend, anda, rows } = useAccount();
    spend(anda, 1, { user: 'ilze@example.org', at: '2026-02-28T12:00:00Z' });
    spend(anda, 2, { user: 'ilze@example.org', at: '2026-03-01T12:00:00Z' });
    spend(anda, 4, { at: '2026-03-03T12:00:00Z' });
    expect(rows({ dimensions: ['external_user'], granularity: 'week', metrics: ['total_usage'] })).toEqual([
      { date__week: '2026-03-01', external_user: 'ilze@example.org', total_usage: 2 },
      { date__week: '2026-03-01', external_user: null, total_usage: 4 },
      { date__week: '2026-02-22', external_user: 'ilze@example.org', total_usage: 1 },
    ]);
    expect(rows({ dimensions: ['user', 'workspace'], granularity: undefined })).toEqual([
      {
        user: 'user_sandbox',
        user_email: 'owner@example.org',
        workspace: 'Default',
        total_usage: 7,
        request_count: '3',
      },
    ]);
  });

  test.each([
    ['no metrics', { metrics: [] }, 'metrics: Too small: expected array to have >=1 items'],
    ['an unknown metric', { metrics: ['tokens'] }, 'Unknown metric: tokens'],
    [
      'a third dimension',
      { dimensions: ['api_key_id', 'model', 'user'] },
      'dimensions: Too big: expected array to have <=2 items',
    ],
    [
      'the user of the requests over a long period',
      { dimensions: ['external_user'], time_range: { start: '2026-01-01T00:00:00Z', end: WEEK.end } },
      'dimension external_user supports time ranges up to 31 days',
    ],
    [
      'a period without seconds',
      { time_range: { ...WEEK, start: '2026-03-01T00:00Z' } },
      'time_range.start: Invalid ISO datetime',
    ],
    ['a period that ends first', { time_range: { ...WEEK, end: WEEK.start } }, 'time_range: start must be before end'],
    [
      'more than 365 days',
      { time_range: { ...WEEK, start: '2025-03-04T00:00:00Z' } },
      'time_range: must not be longer than 365 days',
    ],
    [
      'a list for eq',
      { filters: [{ field: 'api_key_id', operator: 'eq', value: ['a'] }] },
      'filters: Invalid operator or value of api_key_id',
    ],
    [
      'a field to order by that was not asked for',
      { order_by: { field: 'user', direction: 'asc' } },
      'order_by: Invalid field',
    ],
  ])('%s is refused', (_, more, message) => {
    expect(useAccount().query(more)).toMatchObject(refusal(400, message));
  });

  test('64 in any minute, then 429 and how long to wait', () => {
    const { query, clock } = useAccount();
    for (let asked = 0; asked < 64; asked++) {
      expect(query().status).toBe(200);
      clock.now = new Date(clock.now.getTime() + 500);
    }
    expect(query()).toMatchObject({ ...refusal(429, 'Rate limit exceeded'), headers: { 'retry-after': '28' } });
    clock.now = new Date(clock.now.getTime() + 28_000);
    expect(query().status).toBe(200);
    expect(query().status).toBe(429);
  });

  test('a regular API key may not ask', () => {
    const { ask, account } = useAccount();
    const { key } = account.createKey({ name: 'Ilze' });
    const refused = refusal(403, 'Only management keys can perform this operation');
    expect(ask('POST', '/analytics/query', { metrics: ['total_usage'] }, key)).toMatchObject(refused);
    expect(ask('GET', '/activity', '', key)).toMatchObject(refused);
  });
});

describe('activity', () => {
  test('has the 30 completed days of one key or of all, without the current one', () => {
    const { spend, ask, anda, bruno } = useAccount();
    spend(anda, 1, { at: '2026-02-01T12:00:00Z' });
    spend(anda, 2, { at: '2026-02-02T12:00:00Z', requests: 2, tokens: { prompt: 5, completion: 7, reasoning: 3 } });
    spend(bruno, 4, { at: '2026-02-02T13:00:00Z' });
    spend(anda, 8, { at: '2026-03-03T12:00:00Z', model: SONNET });
    spend(anda, 16);
    const { body } = ask('GET', `/activity?api_key_hash=${anda}`);
    expect(body.data).toMatchObject([
      { date: '2026-03-03', model: SONNET, model_permaslug: SONNET, usage: 8 },
      {
        date: '2026-02-02',
        model: 'openai/gpt-4.1',
        model_permaslug: GPT,
        usage: 2,
        byok_usage_inference: 0,
        requests: 2,
        prompt_tokens: 5,
        completion_tokens: 7,
        reasoning_tokens: 3,
      },
    ]);
    expect(ask('GET', '/activity?date=2026-02-02').body.data).toMatchObject([{ usage: 6 }]);
    expect(ask('GET', '/activity?date=2026-02-02&group_by=workspace').body.data).toMatchObject([
      { usage: 6, workspace_id: expect.stringMatching(/^5a9db0c5/) },
    ]);
  });

  test.each(['2026-02-01', '2026-03-04', 'yesterday'])('has no day %s', (date) => {
    const message = 'Date must be within the last 30 (completed) UTC days';
    expect(useAccount().ask('GET', `/activity?date=${date}`)).toMatchObject(refusal(400, message));
  });
});

describe('spending in the past', () => {
  test('counts in the day, week and month that it is in, whatever the order', () => {
    const { spend, account, anda } = useAccount();
    const amounts = [
      ['2026-03-04T09:00:00Z', 1],
      ['2026-03-02T00:00:00Z', 2],
      ['2026-03-01T23:59:59Z', 4],
      ['2026-02-28T12:00:00Z', 8],
      ['2026-03-04T00:00:00Z', 16],
    ] as const;
    for (const [at, usd] of amounts) spend(anda, usd, { at });
    expect(account.getKey(anda).data).toMatchObject({
      usage: 31,
      usage_daily: 17,
      usage_weekly: 19,
      usage_monthly: 23,
      limit_remaining: 0,
      last_used_at: '2026-03-04T09:00:00.000Z',
    });
    expect(account.credits().data.total_usage).toBe(31);
  });

  test('alone leaves the current periods at zero', () => {
    const { spend, account, anda } = useAccount();
    spend(anda, 3, { at: '2026-03-01T12:00:00Z' });
    expect(account.getKey(anda).data).toMatchObject({
      usage: 3,
      usage_daily: 0,
      usage_weekly: 0,
      usage_monthly: 3,
      limit_remaining: 5,
      last_used_at: '2026-03-01T12:00:00.000Z',
    });
  });

  test.each([
    [{ at: '2026-03-04T10:00:01Z' }, 'at must be an ISO 8601 time that is not in the future'],
    [{ at: 'yesterday' }, 'at must be an ISO 8601 time that is not in the future'],
    [{ requests: 1.5 }, 'requests must be a whole number of at least 0'],
    [{ tokens: { prompt: -1 } }, 'tokens.prompt must be a whole number of at least 0'],
    [{ model: '' }, 'model must be 1 to 512 characters'],
    [{ usd: -1 }, 'usd must be a number of at least 0'],
  ])('%j is refused', (details, message) => {
    const { spend, anda, account } = useAccount();
    expect(spend(anda, 1, details)).toMatchObject(refusal(400, message));
    expect(account.getKey(anda).data.usage).toBe(0);
  });
});
