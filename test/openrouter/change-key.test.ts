import { describe, expect, test } from 'vitest';
import type { ChangeOutcome, KeysApi } from '../../src/keys/account-key.ts';
import { clientOf, HASH } from './client-under-test.ts';
import { apiError, html, json, type Reply, raw, reset, serve } from './scripted-server.ts';

const KEY = { hash: HASH, name: 'Anda', disabled: true };
const update = (client: KeysApi) => client.updateKey(HASH, { disabled: true });
const remove = (client: KeysApi) => client.deleteKey(HASH);

test('an update sends only what changes and returns the key as it is now', async () => {
  const { baseUrl, received } = await serve(json(200, { data: KEY }));
  const { client } = clientOf(baseUrl);
  expect(await client.updateKey(HASH, { limit: null })).toEqual({ result: 'done', key: KEY });
  expect(received).toMatchObject([{ method: 'PATCH', url: `/api/v1/keys/${HASH}`, body: '{"limit":null}' }]);
});

test('a delete has no body and its answer need not make sense', async () => {
  const { baseUrl, received } = await serve(json(200, { deleted: true }), raw(200, 'OK'), raw(204, ''));
  const { client } = clientOf(baseUrl);
  expect(await Promise.all([remove(client), remove(client), remove(client)])).toEqual([
    { result: 'done' },
    { result: 'done' },
    { result: 'done' },
  ]);
  expect(received[0]).toMatchObject({ method: 'DELETE', url: `/api/v1/keys/${HASH}`, body: '' });
});

describe.each([
  ['update', update],
  ['delete', remove],
])('what an answer to %s means', (_, change) => {
  const rows: [string, Reply, ChangeOutcome['result'], number, string | undefined][] = [
    // situation, reply, result, requests, code of stop
    ['404 in JSON', apiError(404, 'not found'), 'gone', 1, undefined],
    ['404 as a page', html(404), 'not_started', 1, 'wrong_base_url'],
    ['400', apiError(400, 'No update fields provided'), 'refused', 1, undefined],
    ['409', apiError(409, 'conflict'), 'refused', 1, undefined],
    ['401', apiError(401, 'User not found.'), 'not_started', 1, 'unauthorized'],
    ['403', apiError(403, 'Only management keys'), 'not_started', 1, 'not_management_key'],
    ['403 as a page', html(403), 'unresolved', 1, 'captive_portal'],
    ['200 as a page', html(200), 'unresolved', 1, 'captive_portal'],
    ['302', raw(302, '', { location: 'http://portal.example.org/' }), 'unresolved', 1, 'redirected'],
    ['429 for ever', apiError(429, 'slow'), 'not_started', 6, 'rate_limited'],
    ['500 for ever', apiError(500, 'oops'), 'unresolved', 6, undefined],
    ['resets for ever', reset, 'unresolved', 6, undefined],
  ];
  test.each(rows)('%s', async (_, reply, result, requests, code) => {
    const { baseUrl, received } = await serve(reply);
    const { client } = clientOf(baseUrl);
    const outcome = await change(client);
    expect(outcome.result).toBe(result);
    expect(received).toHaveLength(requests);
    expect('stop' in outcome ? outcome.stop?.code : undefined).toBe(code);
  });

  test('it is sent again when its answer is lost', async () => {
    const { baseUrl, received } = await serve(reset, html(504), json(200, { data: KEY }));
    const { client } = clientOf(baseUrl);
    expect(await change(client)).toMatchObject({ result: 'done' });
    expect(received).toHaveLength(3);
  });
});

test('a delete whose first answer was lost finds the key gone', async () => {
  const { baseUrl } = await serve(reset, apiError(404, 'not found'));
  const { client } = clientOf(baseUrl);
  expect(await remove(client)).toEqual({ result: 'gone' });
});
