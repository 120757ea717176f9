import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { clientOf, HASH, MANAGEMENT_KEY, SECRET } from './client-under-test.ts';
import { apiError, html, json, type Reply, raw, reset, serve, silence } from './scripted-server.ts';

async function errorOf(promise: Promise<unknown>): Promise<CliError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CliError)) {
    throw new Error(`expected a CliError, got ${String(error)}`);
  }
  return error;
}

describe('what an answer to a read means', () => {
  const evil = `no\u001b[31m ${SECRET}\n${'x'.repeat(5000)}`;
  const rows: [string, Reply, string, number, number][] = [
    // situation, reply, code, exit code, requests
    ['401', apiError(401, 'User not found.'), 'unauthorized', 4, 1],
    ['401 with a hostile message', apiError(401, evil), 'unauthorized', 4, 1],
    ['403 in JSON', apiError(403, 'Only management keys can perform this operation'), 'not_management_key', 4, 1],
    ['403 as a page', html(403), 'captive_portal', 5, 1],
    ['200 as a page', html(200), 'captive_portal', 5, 1],
    ['404', raw(404, 'not here'), 'wrong_base_url', 2, 1],
    ['429 for ever', apiError(429, 'slow'), 'rate_limited', 5, 6],
    ['429 that asks for a day', apiError(429, 'slow', { 'retry-after': '86400' }), 'rate_limited', 5, 1],
    ['503 for ever', html(503), 'unavailable', 5, 6],
    ['500 for ever', apiError(500, 'oops'), 'unexpected_answer', 5, 6],
    ['502 for ever', html(502), 'unexpected_answer', 5, 6],
    ['522 for ever', html(522), 'unexpected_answer', 5, 6],
    ['400', apiError(400, 'bad offset'), 'unexpected_answer', 1, 1],
    ['JSON of another shape', json(200, { hello: 1 }), 'unexpected_answer', 1, 1],
    ['an empty body', raw(200, ''), 'unexpected_answer', 5, 6],
    ['resets for ever', reset, 'unreachable', 5, 6],
    ['no HTTP', (response) => response.socket?.end('SSH-2.0-OpenSSH\r\n'), 'unexpected_answer', 5, 6],
    ...[301, 302, 303, 307, 308].map((status): (typeof rows)[number] => [
      `${status} to another host`,
      raw(status, '', { location: 'https://evil.example.org/steal?token=abc' }),
      'redirected',
      5,
      1,
    ]),
    ['302 to the same host', raw(302, '', { location: '/login' }), 'redirected', 5, 1],
    ['302 to nowhere', raw(302, ''), 'redirected', 5, 1],
  ];
  test.each(rows)('%s', async (_, reply, code, exitCode, requests) => {
    const { baseUrl, port, received } = await serve(reply);
    const { client } = clientOf(baseUrl);
    const error = await errorOf(client.listKeys());
    expect({ code: error.code, exitCode: error.exitCode }).toEqual({ code, exitCode });
    expect(received).toHaveLength(requests);
    expect(error.message).toContain(`127.0.0.1:${port}/api/v1/keys`);
    expect(error.message.length).toBeLessThan(400);
    expect(error.message).not.toMatch(/\p{Cc}/u);
    expect(error.hint).toBeTruthy();
    for (const secret of [SECRET, MANAGEMENT_KEY, 'token=abc']) {
      expect(inspect(error, { depth: 20 })).not.toContain(secret);
    }
  });
});

test('a 401 for a key that worked before speaks of an outage first', async () => {
  const { baseUrl } = await serve(
    json(200, { data: { total_credits: 5, total_usage: 1 } }),
    apiError(401, 'User not found.'),
  );
  const { client } = clientOf(baseUrl);
  await client.getCredits();
  const error = await errorOf(client.getCredits());
  expect(error).toMatchObject({ code: 'unauthorized', exitCode: 4 });
  expect(error.message).toContain('although it worked earlier in this run');
  expect(error.hint).toMatch(/^OpenRouter may have an outage: see https:\/\/status\.openrouter\.ai, .* Check that/);
});

test('a 401 at first says nothing of an outage, also when another key was accepted', async () => {
  const { baseUrl } = await serve(json(200, { data: { limit: 1 } }), apiError(401, 'User not found.'));
  const { client } = clientOf(baseUrl);
  await client.checkKey(new Secret(SECRET));
  const error = await errorOf(client.getCredits());
  expect(error.message + error.hint).not.toMatch(/worked|outage/);
});

test.each([
  [500, apiError(500, 'oops')],
  [502, html(502)],
])('a %i says whose fault it is, and that no key was created', async (status, reply) => {
  const { baseUrl } = await serve(reply);
  const error = await errorOf(clientOf(baseUrl).client.getCurrentKey());
  expect(error.message).toMatch(
    new RegExp(`server error \\(${status}.*\\)\\. It was a read request: it created and changed nothing\\.$`),
  );
  expect(error.hint).toMatch(/^The problem is at OpenRouter, not on this computer: .* Run the same command again\.$/);
});

test('a redirect is named by its host and nothing is sent there', async () => {
  const elsewhere = await serve(json(200, { data: [] }));
  const { baseUrl } = await serve(raw(307, '', { location: `${elsewhere.baseUrl}/keys` }));
  const { client } = clientOf(baseUrl);
  const error = await errorOf(client.listKeys());
  expect(error.message).toContain(`redirects to 127.0.0.1:${elsewhere.port} (307)`);
  expect(elsewhere.received).toEqual([]);
});

test('a redirect without an address is not said to lead to the service itself', async () => {
  const { baseUrl } = await serve(raw(302, ''));
  const error = await errorOf(clientOf(baseUrl).client.listKeys());
  expect(error.message).toContain('redirects to an unnamed address (302)');
});

test('giving up on a service that asks for a day says so', async () => {
  const { baseUrl } = await serve(apiError(429, 'slow', { 'retry-after': '86400' }));
  const { client, sleeps } = clientOf(baseUrl);
  expect((await errorOf(client.getCredits())).message).toContain('asks for a pause of 86400 s');
  expect(sleeps).toEqual([]);
});

test('giving up on a service that stays busy says after how long', async () => {
  const { baseUrl } = await serve(apiError(429, 'slow', { 'retry-after': '50' }));
  const { client, sleeps } = clientOf(baseUrl);
  expect((await errorOf(client.getCredits())).message).toContain('after 6 attempts in 250 s');
  expect(sleeps).toEqual([50_000, 50_000, 50_000, 50_000, 50_000]);
});

test('a read is sent again after a reset, an error of the service and a cut body', async () => {
  const cut: Reply = (response) => {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('{"data":', () => response.socket?.destroy());
  };
  const { baseUrl, received } = await serve(
    reset,
    html(502),
    cut,
    json(200, { data: { total_credits: 5, total_usage: 1 } }),
  );
  const { client, sleeps } = clientOf(baseUrl);
  expect(await client.getCredits()).toEqual({ total_credits: 5, total_usage: 1 });
  expect(received).toHaveLength(4);
  expect(sleeps).toEqual([250, 500, 1000]);
});

test('a service that never answers is asked twice, each time for no longer than the timeout', async () => {
  const { baseUrl, received } = await serve(silence);
  const { client } = clientOf(baseUrl, { timeoutMs: 50 });
  expect(await errorOf(client.getCredits())).toMatchObject({ code: 'timeout', exitCode: 5 });
  expect(received).toHaveLength(2);
});

describe('what is read', () => {
  test('about the asking key', async () => {
    const { baseUrl, received } = await serve(
      json(200, { data: { label: 'sk-or-v1-abc...def', is_management_key: true, limit: null, usage: 'much', new: 1 } }),
    );
    const { client } = clientOf(baseUrl);
    expect(await client.getCurrentKey()).toEqual({ label: 'sk-or-v1-abc...def', is_management_key: true, limit: null });
    expect(received[0]?.url).toBe('/api/v1/key');
  });

  test('a key by its hash, whatever fields are missing or of another type', async () => {
    const { baseUrl, received } = await serve(
      json(200, { data: { hash: HASH, name: 'Anda', limit: '5', disabled: 0, limit_reset: 'yearly', usage: 1.5 } }),
    );
    const { client } = clientOf(baseUrl);
    expect(await client.getKey(HASH)).toEqual({ hash: HASH, name: 'Anda', usage: 1.5 });
    expect(received[0]?.url).toBe(`/api/v1/keys/${HASH}`);
  });

  test('a hash cannot lead to another path', async () => {
    const { baseUrl, received } = await serve(apiError(404, 'not found'));
    const { client } = clientOf(baseUrl);
    await client.getKey('../credits?x=1');
    expect(received[0]?.url).toBe('/api/v1/keys/..%2Fcredits%3Fx%3D1');
  });

  test('that a key is gone', async () => {
    const { baseUrl } = await serve(apiError(404, 'API key not found'));
    const { client } = clientOf(baseUrl);
    expect(await client.getKey(HASH)).toBeUndefined();
  });

  test('but not from a 404 that is not the API’s', async () => {
    const { baseUrl } = await serve(html(404));
    const { client } = clientOf(baseUrl);
    expect(await errorOf(client.getKey(HASH))).toMatchObject({ code: 'wrong_base_url' });
  });

  test('all keys of a workspace, with disabled and expired ones', async () => {
    const { baseUrl, received } = await serve(json(200, { data: [{ hash: 'a', name: 'A' }] }), json(200, { data: [] }));
    const { client } = clientOf(baseUrl);
    const listing = await client.listKeys({ workspace_id: 'w1' });
    expect(listing).toEqual({ keys: [{ hash: 'a', name: 'A' }], complete: true });
    expect(received.map(({ url }) => url)).toEqual([
      '/api/v1/keys?offset=0&include_disabled=true&include_expired=true&workspace_id=w1',
      '/api/v1/keys?offset=1&include_disabled=true&include_expired=true&workspace_id=w1',
    ]);
  });

  test.each([
    ['their number', { total_count: 3 }, [0, 2]],
    ['an empty page, where the service tells no number,', {}, [0, 2, 3]],
  ])('all workspaces, page by page; %s ends them', async (_, more, offsets) => {
    const { baseUrl, received } = await serve(
      json(200, { data: [{ id: 'a', name: 'A', slug: 'a' }, { id: 'b' }], ...more }),
      json(200, { data: [{ id: 'c' }], ...more }),
      json(200, { data: [], ...more }),
    );
    const { client } = clientOf(baseUrl);
    expect(await client.listWorkspaces()).toEqual([{ id: 'a', name: 'A', slug: 'a' }, { id: 'b' }, { id: 'c' }]);
    expect(received.map(({ url }) => url)).toEqual(offsets.map((at) => `/api/v1/workspaces?offset=${at}&limit=100`));
  });
});
