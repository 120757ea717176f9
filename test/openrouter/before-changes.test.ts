import { expect, test } from 'vitest';
import { CliError, EXIT } from '../../src/errors.ts';
import { CREATED, clientOf, HASH, NEW_KEY } from './client-under-test.ts';
import { apiError, json, serve } from './scripted-server.ts';

const TAKEN = new CliError('share_taken_over', EXIT.LOCKED, 'Somebody else has the workshop.');

test('a change that must not be sent is not: each kind ends as not started, with the reason, and the run stops', async () => {
  const { baseUrl, received } = await serve();
  const { client } = clientOf(baseUrl, { mayChange: async () => TAKEN });
  const undone = { result: 'not_started', reason: TAKEN.message, stop: TAKEN };
  expect(await client.createKey(NEW_KEY)).toEqual(undone);
  expect(await client.updateKey(HASH, { disabled: true })).toEqual(undone);
  expect(await client.deleteKey(HASH)).toEqual(undone);
  expect(received).toEqual([]);
});

test('it is asked right before each attempt: what was allowed before a wait may not be after it', async () => {
  const { baseUrl, received } = await serve(apiError(429, 'slow down'), json(201, CREATED));
  let asked = 0;
  const mayChange = async () => {
    asked += 1;
    return asked === 1 ? undefined : TAKEN;
  };
  const { client, sleeps } = clientOf(baseUrl, { mayChange });
  expect(await client.createKey(NEW_KEY)).toMatchObject({ result: 'not_started', stop: TAKEN });
  expect(sleeps.length).toBeGreaterThan(0);
  expect(asked).toBe(2);
  expect(received).toHaveLength(1);
});

test('reads are not asked about, nor is the deletion of a new key that cannot be saved', async () => {
  const { baseUrl, received } = await serve(json(200, { data: { label: 'x' } }), json(200, { deleted: true }));
  const { client } = clientOf(baseUrl, { mayChange: async () => TAKEN });
  await client.getCurrentKey();
  expect(await client.deleteKey(HASH, { always: true })).toEqual({ result: 'done' });
  expect(received.map(({ method }) => method)).toEqual(['GET', 'DELETE']);
});
