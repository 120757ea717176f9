import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { createKeysClient } from '../../src/openrouter/client.ts';
import { Secret } from '../../src/secret.ts';
import { CREATED, clientOf, HASH, MANAGEMENT_KEY, NEW_KEY, SECRET } from './client-under-test.ts';
import { apiError, json, type Reply, serve } from './scripted-server.ts';

/** Answers when told to. */
function heldBack() {
  const open: (() => void)[] = [];
  let arrive: () => void = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const reply: Reply = (response, request) => {
    open.push(() => json(201, CREATED)(response, request));
    arrive();
  };
  return {
    reply,
    arrived,
    answer: () => {
      for (const each of open.splice(0)) {
        each();
      }
    },
  };
}

describe('the first interrupt', () => {
  test('lets what is in flight end, and what waits for its turn ends as not sent', async () => {
    const { reply, arrived, answer } = heldBack();
    const { baseUrl, received } = await serve(reply);
    const { client, stop } = clientOf(baseUrl, { concurrency: 1 });
    const inFlight = client.createKey(NEW_KEY);
    const waiting = [client.createKey(NEW_KEY), client.updateKey(HASH, {}), client.deleteKey(HASH)];
    const reading = client.getCredits();
    await arrived;
    stop.abort();
    for (const outcome of await Promise.all(waiting)) {
      expect(outcome).toMatchObject({ result: 'not_started', stop: { code: 'interrupted', exitCode: 130 } });
    }
    await expect(reading).rejects.toMatchObject({ code: 'interrupted', exitCode: 130 });
    answer();
    expect(await inFlight).toMatchObject({ result: 'done' });
    expect(received).toHaveLength(1);
  });

  test('wakes whatever sleeps', async () => {
    const { baseUrl, received } = await serve(apiError(429, 'slow', { 'retry-after': '60' }));
    const stop = new AbortController();
    const sleeps: [number, string][] = [];
    const { client } = clientOf(baseUrl, {
      stop: stop.signal,
      sleep: async (ms, signal) => {
        stop.abort();
        sleeps.push([ms, signal?.aborted ? 'woken' : 'slept on']);
      },
    });
    expect(await client.createKey(NEW_KEY)).toMatchObject({ result: 'not_started', stop: { code: 'interrupted' } });
    expect(received).toHaveLength(1);
    expect(sleeps).toEqual([[60_000, 'woken']]);
  });

  test('after it nothing starts', async () => {
    const { baseUrl, received } = await serve(json(201, CREATED));
    const { client, stop } = clientOf(baseUrl);
    stop.abort();
    expect(await client.createKey(NEW_KEY)).toMatchObject({ result: 'not_started' });
    expect(received).toEqual([]);
  });
});

test('the second interrupt drops what is in flight: a create that was sent is unknown', async () => {
  const { reply, arrived } = heldBack();
  const { baseUrl } = await serve(reply);
  const { client, stopNow } = clientOf(baseUrl);
  const inFlight = client.createKey(NEW_KEY);
  await arrived;
  stopNow.abort();
  expect(await inFlight).toMatchObject({ result: 'unresolved', stop: { code: 'interrupted', exitCode: 130 } });
});

test('the user is told of each wait and why', async () => {
  const waits: unknown[] = [];
  const { baseUrl } = await serve(
    apiError(429, 'slow', { 'retry-after': '4' }),
    apiError(500, 'oops'),
    json(200, { data: { total_credits: 1, total_usage: 0 } }),
  );
  const { client } = clientOf(baseUrl, { onWait: (event) => waits.push(event) });
  await client.getCredits();
  expect(waits).toEqual([
    { ms: 4000, because: 'OpenRouter asked for a pause' },
    { ms: 500, because: expect.stringMatching(/credits failed \(500\), retrying$/) },
  ]);
});

test('one pace for all calls: what one call is told halts the others', async () => {
  let turnedAway = false;
  const { baseUrl, received } = await serve((response, request) => {
    const reply = turnedAway ? json(201, CREATED) : apiError(429, 'slow', { 'retry-after': '9' });
    turnedAway = true;
    reply(response, request);
  });
  const { client, sleeps } = clientOf(baseUrl, { concurrency: 1 });
  const outcomes = await Promise.all([client.createKey(NEW_KEY), client.createKey(NEW_KEY), client.deleteKey(HASH)]);
  expect(outcomes.map(({ result }) => result)).toEqual(['done', 'done', 'done']);
  expect(received.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST', 'DELETE']);
  expect(sleeps[0]).toBe(9000);
});

test('no secret shows when the client or any outcome is inspected', async () => {
  const { baseUrl } = await serve(json(201, CREATED), apiError(401, `bad key ${MANAGEMENT_KEY}`));
  const { client } = clientOf(baseUrl);
  const shown = [client, await client.createKey(NEW_KEY), await client.createKey(NEW_KEY)].map(
    (value) => inspect(value, { depth: 50, showHidden: true }) + JSON.stringify(value),
  );
  expect(shown.join()).not.toContain(SECRET);
  expect(shown.join()).not.toContain(MANAGEMENT_KEY);
});

test('a label that holds the whole secret is masked', async () => {
  const { baseUrl } = await serve(json(201, { ...CREATED, data: { ...CREATED.data, label: SECRET } }));
  const { client } = clientOf(baseUrl);
  expect(JSON.stringify(await client.createKey(NEW_KEY))).not.toContain(SECRET);
});

test.each(['', 'sk-or-v1 test', 'sk-or-v1-test\n', 'sk-or-v1-tēst'])(
  '%o cannot be a management key, and is not shown',
  (key) => {
    try {
      clientOf('http://127.0.0.1:9', { managementKey: new Secret(key) });
      expect.fail('was accepted');
    } catch (error) {
      expect(error).toMatchObject({ code: 'unauthorized', exitCode: 4 });
      expect(key === '' || !inspect(error).includes(key)).toBe(true);
    }
  },
);

test('a title in any script does not stop a call', async () => {
  const { baseUrl, received } = await serve(json(201, CREATED));
  const { client } = clientOf(baseUrl, { headers: { 'X-OpenRouter-Title': 'Kursā\r\nX: y' } });
  expect(await client.createKey(NEW_KEY)).toMatchObject({ result: 'done' });
  expect(received[0]?.headers['x-openrouter-title']).toBe('Kurs???X: y');
});

test('many calls in flight raise no warning of Node', async () => {
  const warnings: Error[] = [];
  const listen = (warning: Error) => warnings.push(warning);
  process.on('warning', listen);
  const { baseUrl } = await serve(json(201, CREATED));
  const { client } = clientOf(baseUrl, { concurrency: 40 });
  await Promise.all(Array.from({ length: 200 }, () => client.createKey(NEW_KEY)));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', listen);
  expect(warnings).toEqual([]);
});

test('a client that made no call holds nothing open', async () => {
  const never = new AbortController().signal;
  const client = createKeysClient({
    baseUrl: 'https://openrouter.ai/api/v1',
    managementKey: new Secret(MANAGEMENT_KEY),
    now: () => new Date(0),
    random: () => 0,
    sleep: async () => {},
    stop: never,
    stopNow: never,
  });
  await client.close();
});

/** Collects garbage now. Node offers it only to whoever asks with this flag. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

test('a request that is only nice to have is given up in its time, whatever garbage is collected meanwhile', async () => {
  const { reply, arrived } = heldBack();
  const { baseUrl } = await serve(reply);
  const { client } = clientOf(baseUrl);
  const credits = client.getCredits({ withinMs: 1000 }).catch((error: unknown) => error);
  await arrived;
  collectGarbage();
  expect(await credits).toMatchObject({ code: 'interrupted' });
}, 10_000);
