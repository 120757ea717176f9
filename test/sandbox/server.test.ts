import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { MANAGEMENT_KEY, SandboxAccount } from '../../src/sandbox/account.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { newAccount, useSandbox } from '../support/sandbox.ts';

test('the sandbox answers on loopback under /api/v1', async () => {
  const { url, port, managementKey } = await useSandbox();
  expect(url).toBe(`http://127.0.0.1:${port}/api/v1`);
  const answer = await fetch(`${url}/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${managementKey}` },
    body: JSON.stringify({ name: 'Anda' }),
  });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(await answer.json()).toMatchObject({
    data: { name: 'Anda' },
    key: expect.stringMatching(/^sk-or-v1-sandbox-/),
  });
});

test('a body of more than a megabyte is turned away', async () => {
  const { url, managementKey } = await useSandbox();
  const answer = await fetch(`${url}/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${managementKey}` },
    body: 'x'.repeat(1_000_001),
  });
  expect(answer.status).toBe(413);
});

test.each([
  { retryAfter: 7, header: '7' },
  { retryAfter: null, header: null },
])('the request beyond the burst is answered 429, Retry-After $header', async ({ retryAfter, header }) => {
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const account = newAccount(() => new Date(clock.ms));
  const { url, managementKey } = await useSandbox({ account, rateLimit: { perSecond: 2, burst: 1, retryAfter } });
  const ask = () => fetch(`${url}/key`, { headers: { authorization: `Bearer ${managementKey}` } });
  expect((await ask()).status).toBe(200);
  const limited = await ask();
  expect(limited.status).toBe(429);
  expect(limited.headers.get('retry-after')).toBe(header);
  expect(await limited.json()).toEqual({
    error: { code: 429, message: 'Rate limit exceeded', metadata: null },
    user_id: null,
  });
  clock.ms += 500;
  expect((await ask()).status).toBe(200);
});

test('what a slow sandbox was asked for is done although the answer never came', async () => {
  const account = newAccount();
  const { url, managementKey, close } = await useSandbox({ account, latencyMs: 3_600_000 });
  const asked = fetch(`${url}/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${managementKey}` },
    body: '{"name":"Anda"}',
  }).catch(() => 'no answer');
  await expect.poll(() => account.toJSON().keys.length).toBe(1);
  await close();
  expect(await asked).toBe('no answer');
});

test('closing does not wait for connections that stay open', async () => {
  const sandbox = await startSandbox({ account: newAccount() });
  const socket = connect(sandbox.port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.on('close', resolve).on('error', () => undefined));
  await new Promise((resolve) => socket.on('connect', resolve));
  await sandbox.close();
  await closed;
});

test('a port in use is reported as EADDRINUSE', async () => {
  const { port } = await useSandbox();
  await expect(startSandbox({ account: newAccount(), port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('when a change cannot be recorded, it is not made and the answer is 500', async () => {
  const account = new SandboxAccount({
    now: () => new Date(),
    random: (bytes) => new Uint8Array(bytes),
    log: {
      append: () => {
        throw new Error('disk full');
      },
      read: () => [],
    },
  });
  const { url } = await useSandbox({ account });
  const headers = { authorization: `Bearer ${MANAGEMENT_KEY}` };
  const answer = await fetch(`${url}/keys`, { method: 'POST', headers, body: '{"name":"Anda"}' });
  expect(answer.status).toBe(500);
  expect(account.toJSON().keys).toEqual([]);
});
