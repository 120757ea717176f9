import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toAnswer } from '../../src/openrouter/answer.ts';
import { changeOutcome, createOutcome } from '../../src/openrouter/outcome.ts';
import type { Sent } from '../../src/openrouter/send.ts';
import { parseJson } from '../../src/parse-json.ts';
import { Secret } from '../../src/secret.ts';
import { CREATED, clientOf, MANAGEMENT_KEY, NEW_KEY, SECRET } from './client-under-test.ts';
import { json, raw, serve } from './scripted-server.ts';

const MEGABYTE = 1024 * 1024;

function sent(text: string, status = 201): Sent {
  const outcome = toAnswer({ status, headers: {}, text }, String);
  return {
    method: 'POST',
    kind: 'change',
    outcome,
    where: 'x/keys',
    origin: 'https://x',
    attempts: 1,
    elapsedMs: 0,
    keyWorked: true,
  };
}
const outcomeOf = (text: string, status?: number) => createOutcome(sent(text, status), () => false);

describe('taking an answer to a create apart never throws, and finds the secret that is there', () => {
  test.each<[string, string]>([
    ['a key of 10 MB beside it', JSON.stringify({ key: 'k'.repeat(10 * MEGABYTE), data: { key: SECRET } })],
    ['a key of 10 MB in a text that is no JSON', `"key":"${'k'.repeat(10 * MEGABYTE)}" "key":"${SECRET}"`],
    ['a key of 10 MB that looks like one', `x sk-or-v1-${'k'.repeat(10 * MEGABYTE)} <p>${SECRET}</p>`],
    ['a field name of 10 MB', `{"${'n'.repeat(10 * MEGABYTE)}":"${SECRET}",`],
    ['10 MB of white space', `{"key":${' '.repeat(10 * MEGABYTE)}"x","api_key":"${SECRET}"`],
    ['10 MB of beginnings', `${'sk-or-'.repeat((10 * MEGABYTE) / 6)} <p>${SECRET}</p>`],
    ['10 MB of line breaks first', `${'\n'.repeat(10 * MEGABYTE)}{"key":"${SECRET}"}`],
    ['10 MB of brackets first', `${'['.repeat(10 * MEGABYTE)}{"key":"${SECRET}"}`],
  ])('%s', (_, text) => {
    const outcome = outcomeOf(text);
    expect(outcome.result === 'done' && outcome.secret.reveal()).toBe(SECRET);
  });

  test('whatever comes', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.constantFrom('{"key":"', '{"data":{', '"label":', SECRET, '"', '<html>', '\\', '{"error":{"message":"', '}}'),
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.constantFrom(200, 201, 202, 302, 401, 404, 500), (body, status) => {
        expect(['done', 'unresolved', 'refused', 'not_started']).toContain(outcomeOf(body, status).result);
        expect(['done', 'gone', 'unresolved', 'refused', 'not_started']).toContain(
          changeOutcome(sent(body, status)).result,
        );
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});

test('a list nested deeper than any honest answer is refused at once', async () => {
  const { baseUrl, received } = await serve(raw(200, `{"data":${'['.repeat(14 * MEGABYTE)}`));
  await expect(clientOf(baseUrl, { retries: 0 }).client.listKeys()).rejects.toMatchObject({
    code: 'unexpected_answer',
  });
  expect(received).toHaveLength(1);
  const deep = `{"data":{"total_credits":1,"total_usage":0,"more":${'['.repeat(70)}${']'.repeat(70)}}}`;
  expect(toAnswer({ status: 200, headers: {}, text: deep }, String).json).toBeUndefined();
  const strings = JSON.stringify({ data: `${'['.repeat(100)}\\"${'{'.repeat(100)}` });
  expect(toAnswer({ status: 200, headers: {}, text: strings }, String).json).toEqual(JSON.parse(strings));
});

test('an answer of an honest depth is read as JSON.parse reads it', () => {
  const text = fc.oneof(fc.json({ maxDepth: 30 }), fc.string(), fc.constant('"\\"[['), fc.constant('{"a":"\\\\"}'));
  fc.assert(
    fc.property(text, (body) => {
      let expected: unknown;
      try {
        expected = JSON.parse(body);
      } catch {}
      expect(parseJson(body)).toEqual(expected);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('an answer of more than 16 MB is refused, whole as it may be', async () => {
  const body = JSON.stringify({ data: { total_credits: 1, total_usage: 0, more: 'x'.repeat(16 * MEGABYTE) } });
  const { baseUrl } = await serve(raw(200, body, { 'content-type': 'application/json' }));
  await expect(clientOf(baseUrl, { timeoutMs: 20_000 }).client.getCredits()).rejects.toMatchObject({
    message: expect.stringContaining('larger than 16 MB'),
  });
});

test('names are cut at 1,000 characters, a hash of such a length is none, and a page of 100,000 entries is no page', async () => {
  const long = { hash: 'a', name: `${'ā'.repeat(999)}${'b'.repeat(2000)}`, label: 'l'.repeat(5000) };
  const { baseUrl } = await serve(
    json(200, { data: [{ hash: 'h'.repeat(1001), name: 'x' }, long] }),
    json(200, { data: [long] }),
    json(200, { data: [] }),
  );
  const listing = await clientOf(baseUrl).client.listKeys();
  expect(listing.keys).toEqual([{ hash: 'a', name: `${'ā'.repeat(999)}b`, label: 'l'.repeat(1000) }]);
  expect(listing.incomplete_because).toBe('1 entry in the key list has no hash or name.');
  const huge = await serve(json(200, { data: Array(100_000).fill(0) }));
  await expect(clientOf(huge.baseUrl).client.listKeys()).rejects.toMatchObject({ code: 'unexpected_answer' });
});

describe('a secret that is ours is no new one', () => {
  test('the management key as the new key is not believed', async () => {
    const { baseUrl } = await serve(json(201, { ...CREATED, key: MANAGEMENT_KEY }));
    expect(await clientOf(baseUrl).client.createKey(NEW_KEY)).toMatchObject({ result: 'unresolved' });
  });

  test('beside it the true one is found', async () => {
    const { baseUrl } = await serve(json(201, { asked_with: MANAGEMENT_KEY, key: MANAGEMENT_KEY, api_key: SECRET }));
    const outcome = await clientOf(baseUrl).client.createKey(NEW_KEY);
    expect(outcome.result === 'done' && outcome.secret.reveal()).toBe(SECRET);
  });
});

test('what an error says shows none of the secrets that the client made or asked with', async () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const asked = 'sk-or-v1-test-asked-with-0123456789abcdef';
  const { baseUrl } = await serve(
    json(201, CREATED),
    json(200, { data: { limit: 1 } }),
    json(400, { error: { code: 400, message: `${base64(SECRET)} ${base64(asked)}` } }),
  );
  const { client } = clientOf(baseUrl);
  await client.createKey(NEW_KEY);
  await client.checkKey(new Secret(asked));
  await expect(client.getCredits()).rejects.toMatchObject({
    message: expect.stringMatching(/sk-or-v1-tes\.\.\.6789\S* sk-or-v1-tes\.\.\.cdef/),
  });
});

test('what an error says shows no secret of ours, in whatever form it comes back', async () => {
  const key = 'a-management-key-of+another/form==';
  for (const form of [key, encodeURIComponent(key), Buffer.from(`Bearer ${key}`).toString('base64')]) {
    const { baseUrl } = await serve(json(400, { error: { code: 400, message: `you sent ${form}` } }));
    const { client } = clientOf(baseUrl, { managementKey: new Secret(key) });
    await expect(client.getCredits()).rejects.toMatchObject({
      message: expect.stringMatching(/you sent (QmVhcmVyI)?a-m\.\.\.rm==|you sent \w*a-m\.\.\.rm==/),
    });
  }
});
