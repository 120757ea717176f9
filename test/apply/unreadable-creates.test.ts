import { expect, test } from 'vitest';
import { stopAfterUnreadable } from '../../src/apply/unreadable-creates.ts';
import type { CreateOutcome, KeysApi } from '../../src/keys/account-key.ts';
import { Secret } from '../../src/secret.ts';
import { NEW_KEY } from '../openrouter/client-under-test.ts';

const page = (sort: string): CreateOutcome => ({
  result: 'unresolved',
  reason: 'no secret',
  unreadable: { sort, description: `201, ${sort}, 9 bytes` },
});
const CREATED: CreateOutcome = { result: 'done', secret: new Secret('sk-or-v1-test-0123456789'), facts: {} };
const LOST: CreateOutcome = { result: 'unresolved', reason: 'reset' };
const AWAY: CreateOutcome = { result: 'not_started', reason: 'turned away' };

/** What each create of a script came to; a word for those that were not sent any more. */
async function play(...script: CreateOutcome[]) {
  let sent = 0;
  const answering = { createKey: async () => script[sent++] ?? CREATED } as Partial<KeysApi> as KeysApi;
  const api = stopAfterUnreadable(answering);
  const stops: (string | undefined)[] = [];
  for (let n = 0; n <= script.length; n += 1) {
    const outcome = await api.createKey(NEW_KEY);
    stops.push(outcome.result === 'done' ? undefined : outcome.stop?.message);
  }
  return { sent, stoppedAt: stops.findIndex((stop) => stop !== undefined), message: stops.at(-1) };
}

test('the third same unreadable answer in a row stops the run, and the next create is not sent', async () => {
  expect(await play(page('a'), page('a'), page('a'))).toEqual({
    sent: 3,
    stoppedAt: 2,
    message:
      '3 requests for a new key in a row returned no readable secret (response: 201, a, 9 bytes). No more keys are created.',
  });
});

test.each<[string, CreateOutcome[], number]>([
  ['one that is readable between them', [page('a'), page('a'), CREATED, page('a'), page('a')], -1],
  ['one of another sort between them', [page('a'), page('a'), page('b'), page('a'), page('a')], -1],
  ['a lost answer between them', [page('a'), page('a'), LOST, page('a'), page('a')], -1],
  ['a create that never was sent between them', [page('a'), page('a'), AWAY, page('a')], 3],
  ['lost answers only', [LOST, LOST, LOST, LOST], -1],
])('%s', async (_, script, stoppedAt) => {
  expect(await play(...script)).toMatchObject({ stoppedAt });
});
