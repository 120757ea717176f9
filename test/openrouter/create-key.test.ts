import { describe, expect, test } from 'vitest';
import { CREATED, clientOf, HASH, MANAGEMENT_KEY, NEW_KEY, SECRET } from './client-under-test.ts';
import { apiError, html, json, type Reply, raw, reset, serve, silence } from './scripted-server.ts';

test('a create sends the whole key as JSON with the management key, once, and returns secret and facts', async () => {
  const { baseUrl, received } = await serve(json(201, CREATED));
  const { client, sleeps } = clientOf(baseUrl, { headers: { 'X-OpenRouter-Title': 'orkeys' } });

  const outcome = await client.createKey(NEW_KEY);

  expect(outcome).toMatchObject({ result: 'done', facts: { hash: HASH, name: NEW_KEY.name, limit: 2 } });
  expect(outcome.result === 'done' && outcome.secret.reveal()).toBe(SECRET);
  expect(sleeps).toEqual([]);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    method: 'POST',
    url: '/api/v1/keys',
    headers: {
      authorization: `Bearer ${MANAGEMENT_KEY}`,
      'content-type': 'application/json',
      'x-openrouter-title': 'orkeys',
    },
  });
  expect(JSON.parse(received[0]?.body ?? '')).toEqual(NEW_KEY);
});

const partOf = (bytes: number): Reply => {
  const body = JSON.stringify(CREATED);
  return (response) => {
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.write(Buffer.from(body).subarray(0, bytes), () => setImmediate(() => response.socket?.destroy()));
  };
};
const bodyUpTo = (text: string) => Buffer.from(JSON.stringify(CREATED)).indexOf(text);

describe('what one POST came to', () => {
  const rows: [string, Reply, string, number, string | undefined, number | undefined][] = [
    // situation, reply, result, POSTs, code of stop, its exit code
    ['400 in JSON', apiError(400, 'name is bad'), 'refused', 1, undefined, undefined],
    ['409 in JSON', apiError(409, 'conflict'), 'refused', 1, undefined, undefined],
    ['401 in JSON', apiError(401, 'User not found.'), 'not_started', 1, 'unauthorized', 4],
    ['403 in JSON', apiError(403, 'Only management keys'), 'not_started', 1, 'not_management_key', 4],
    ['402 in JSON', apiError(402, 'No credit'), 'refused', 1, 'no_credit', 3],
    ['404', apiError(404, 'Not found'), 'not_started', 1, 'wrong_base_url', 2],
    ['429 for ever', apiError(429, 'slow down'), 'not_started', 6, 'rate_limited', 5],
    ['503 for ever', apiError(503, 'busy'), 'not_started', 6, 'unavailable', 5],
    ['429 as a page', html(429), 'unresolved', 1, 'rate_limited', 5],
    ['503 as a page', html(503), 'unresolved', 1, undefined, undefined],
    ['500 in JSON', apiError(500, 'oops'), 'unresolved', 1, undefined, undefined],
    ['403 as a page', html(403), 'unresolved', 1, 'captive_portal', 5],
    ...[502, 504, 520, 522, 524].map((status): (typeof rows)[number] => [
      `${status} as a page`,
      html(status),
      'unresolved',
      1,
      undefined,
      undefined,
    ]),
    ['200 as a page', html(200), 'unresolved', 1, 'captive_portal', 5],
    ['201 without key', json(201, { data: CREATED.data }), 'unresolved', 1, undefined, undefined],
    ['202', json(202, {}), 'unresolved', 1, undefined, undefined],
    ['204', raw(204, ''), 'unresolved', 1, undefined, undefined],
    ...[301, 302, 303, 307, 308].map((status): (typeof rows)[number] => [
      `${status} to elsewhere`,
      raw(status, '', { location: 'https://evil.example.org/keys?x=1' }),
      'unresolved',
      1,
      'redirected',
      5,
    ]),
    ['reset after the request', reset, 'unresolved', 1, undefined, undefined],
    ['201 cut before the secret', partOf(bodyUpTo(SECRET)), 'unresolved', 1, undefined, undefined],
    ['201 cut inside the secret', partOf(bodyUpTo(SECRET) + 30), 'unresolved', 1, undefined, undefined],
    [
      '201 cut at the last character of the secret',
      partOf(bodyUpTo(SECRET) + SECRET.length),
      'unresolved',
      1,
      undefined,
      undefined,
    ],
    ['201 cut after the secret', partOf(bodyUpTo(SECRET) + SECRET.length + 1), 'done', 1, undefined, undefined],
    ['201 with data.key', json(201, { data: { ...CREATED.data, key: SECRET } }), 'done', 1, undefined, undefined],
    ['200 with the key', json(200, CREATED), 'done', 1, undefined, undefined],
  ];

  test.each(rows)('%s', async (_, reply, result, posts, code, exitCode) => {
    const { baseUrl, received } = await serve(reply);
    const { client } = clientOf(baseUrl);
    const outcome = await client.createKey(NEW_KEY);
    expect(outcome.result).toBe(result);
    expect(received).toHaveLength(posts);
    if (outcome.result === 'done') {
      expect(outcome.secret.reveal()).toBe(SECRET);
    } else {
      expect(outcome.stop?.code).toBe(code);
      expect(outcome.stop?.exitCode).toBe(exitCode);
      expect(outcome.reason).not.toContain('sk-or');
    }
  });
});

test('a service that never answers leaves a create unknown after its deadline', async () => {
  const { baseUrl, received } = await serve(silence);
  const { client } = clientOf(baseUrl, { timeoutMs: 60 });
  expect(await client.createKey(NEW_KEY)).toMatchObject({ result: 'unresolved' });
  expect(received).toHaveLength(1);
});

test('a create that was turned away is sent again after the pause that the service asked for', async () => {
  const { baseUrl, received } = await serve(
    apiError(429, 'slow', { 'retry-after': '3' }),
    apiError(503, 'busy', { 'retry-after': '7' }),
    json(201, CREATED),
  );
  const { client, sleeps } = clientOf(baseUrl);
  expect(await client.createKey(NEW_KEY)).toMatchObject({ result: 'done' });
  expect(received).toHaveLength(3);
  expect(sleeps).toEqual([3000, 7000]);
});

test('a create is sent once the service can be reached', async () => {
  const { client, sleeps } = clientOf('http://127.0.0.1:9/api/v1');
  const outcome = await client.createKey(NEW_KEY);
  expect(outcome).toMatchObject({ result: 'not_started', stop: { code: 'unreachable', exitCode: 5 } });
  expect(sleeps).toEqual([250, 500, 1000, 2000, 4000]);
});

test('a server error says that it is not known whether a key was created', async () => {
  const { baseUrl } = await serve(apiError(500, 'oops'));
  expect(await clientOf(baseUrl).client.createKey(NEW_KEY)).toMatchObject({
    result: 'unresolved',
    reason: expect.stringMatching(/server error \(500: oops\)\. It is not known whether a key was created\.$/),
  });
});
