import { expect, test } from 'vitest';
import { clientOf, HASH } from './client-under-test.ts';
import { apiError, html, json, type Reply, reset, serve } from './scripted-server.ts';

const GUARDRAIL = { id: 'g1', name: 'orkeys P basic', allowed_models: ['a/b'], workspace_id: 'w1' };
const WANTED = { name: 'orkeys P basic', description: 'x', allowed_models: ['a/b'] };

test('the list of models is asked for without any key, and odd entries cost nothing', async () => {
  const { baseUrl, received } = await serve(
    json(200, {
      data: [
        { id: 'a/b', canonical_slug: 'a/b-1', pricing: { prompt: '0.000001', completion: 'much' } },
        { id: '~a/b-latest', alias_target: { slug: 'a/b-1' }, pricing: 7 },
        { id: 'a/c', alias_target: 7, expiration_date: null },
        { name: 'no id' },
      ],
    }),
  );
  const { client } = clientOf(baseUrl);
  expect(await client.listModels()).toMatchObject([
    { id: 'a/b', canonical_slug: 'a/b-1', prompt_price: 0.000001, completion_price: undefined },
    { id: '~a/b-latest', alias_target: 'a/b-1' },
    { id: 'a/c', alias_target: undefined, expiration_date: undefined },
  ]);
  expect(received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ['/api/v1/models?output_modalities=all', undefined],
  ]);
});

test('a guardrail is created by one request; only the answer of OpenRouter says that it was not', async () => {
  const results = async (...replies: Parameters<typeof serve>) => {
    const { baseUrl, received } = await serve(...replies);
    const { result } = await clientOf(baseUrl).client.createGuardrail(WANTED);
    return [result, received.length];
  };
  expect(await results(json(201, { data: GUARDRAIL }))).toEqual(['done', 1]);
  expect(await results(apiError(400, 'Invalid allowed_models: a/b'))).toEqual(['refused', 1]);
  expect(await results(apiError(403, 'no'))).toEqual(['not_started', 1]);
  expect(await results(reset)).toEqual(['unresolved', 1]);
  expect(await results(apiError(500, 'oops'))).toEqual(['unresolved', 1]);
  expect(await results(html(201))).toEqual(['unresolved', 1]);
  expect(await results(json(201, { data: {} }))).toEqual(['unresolved', 1]);
});

test('guardrails are listed by page until the count is reached; a list that ends before is none', async () => {
  const page = (ids: string[], total_count?: number) =>
    json(200, { data: ids.map((id) => ({ ...GUARDRAIL, id })), total_count });
  const { baseUrl, received } = await serve(page(['g1'], 2), page(['g2'], 2), page([], 1), page(['g1']), page([]));
  const { client } = clientOf(baseUrl);
  expect((await client.listGuardrails('w1'))?.map(({ id }) => id)).toEqual(['g1', 'g2']);
  expect(received.map(({ url }) => url)).toEqual([
    '/api/v1/guardrails?offset=0&limit=100&workspace_id=w1',
    '/api/v1/guardrails?offset=1&limit=100&workspace_id=w1',
  ]);
  await expect(client.listGuardrails()).rejects.toMatchObject({ code: 'unexpected_answer' });
  expect((await client.listGuardrails())?.length).toBe(1);
});

test('a list of assignments that ends before its count is not complete', async () => {
  const page = (hashes: string[], total_count?: number) =>
    json(200, { data: hashes.map((key_hash) => ({ key_hash, guardrail_id: 'g1' })), total_count });
  const { baseUrl } = await serve(page([HASH], 3), page([], 3), page([HASH], 1), apiError(404, 'Resource not found'));
  const { client } = clientOf(baseUrl);
  expect(await client.listKeyGuardrails()).toMatchObject({ complete: false });
  expect(await client.listKeyGuardrails()).toMatchObject({ complete: true });
  expect(await client.listKeyGuardrails()).toBe(undefined);
});

test('a long list of assignments is read several pages at once, none behind its end, and a short page leaves nothing out', async () => {
  const hashes = Array.from({ length: 1030 }, (_, n) => String(n).padStart(64, '0'));
  const held: (() => void)[] = [];
  const release = () => {
    for (const answer of held.splice(0)) answer();
  };
  let most = 0;
  const page: Reply = (response, { url }) => {
    const offset = Number(new URL(url, 'http://localhost').searchParams.get('offset'));
    // The third page is a short one.
    const data = hashes.slice(offset, offset + (offset === 200 ? 90 : 100));
    const body = { data: data.map((key_hash) => ({ key_hash, guardrail_id: 'g1' })), total_count: hashes.length };
    held.push(() => json(200, body)(response, { method: 'GET', url, headers: {}, body: '' }));
    most = Math.max(most, held.length);
    // In the middle an answer comes only when the next page is asked for as well.
    if (held.length > 1 || offset < 500 || offset >= 800) release();
  };
  const { baseUrl, received } = await serve(page);
  const { client } = clientOf(baseUrl, { concurrency: 4, retries: 0 });
  const list = await client.listKeyGuardrails();
  expect(list?.complete).toBe(true);
  expect([...(list?.bound.keys() ?? [])]).toEqual(hashes);
  expect(most).toBeGreaterThan(1);
  const offsets = received.map(({ url }) => Number(/offset=(\d+)/.exec(url)?.[1]));
  expect(Math.max(...offsets)).toBeLessThan(hashes.length);
});

test('what else guardrails need: one, its keys and members, its list, its end', async () => {
  const { baseUrl, received } = await serve(
    apiError(404, 'Resource not found'),
    json(200, { data: [], total_count: 2 }),
    json(200, { data: [], total_count: 1 }),
    json(200, { data: [] }),
    json(200, { data: { ...GUARDRAIL, allowed_models: 'odd' } }),
    json(200, { data: GUARDRAIL }),
    json(200, { unassigned_count: 1 }),
    json(200, { deleted: true }),
  );
  const { client } = clientOf(baseUrl);
  expect(await client.getGuardrail('g/1')).toBe(undefined);
  expect(await client.countAssigned('g1')).toBe(3);
  expect(await client.countAssigned('g1')).toBe(undefined);
  expect(await client.getGuardrail('g1')).toEqual({ ...GUARDRAIL, allowed_models: undefined, created_at: undefined });
  expect(await client.updateGuardrail('g1', ['a/b'])).toEqual({ result: 'done' });
  expect(await client.unbindKeys('g1', [HASH])).toEqual({ kind: 'bound', count: 1 });
  expect(await client.deleteGuardrail('g1')).toEqual({ result: 'done' });
  expect(received.map(({ method, url }) => `${method} ${url.replace('/api/v1/guardrails', '')}`)).toEqual([
    'GET /g%2F1',
    'GET /g1/assignments/keys?offset=0&limit=1',
    'GET /g1/assignments/members?offset=0&limit=1',
    'GET /g1/assignments/keys?offset=0&limit=1',
    'GET /g1',
    'PATCH /g1',
    'POST /g1/assignments/keys/remove',
    'DELETE /g1',
  ]);
});
