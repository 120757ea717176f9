import { expect, test } from 'vitest';
import { applyPlan } from '../../src/apply/apply-plan.ts';
import { CliError, EXIT } from '../../src/errors.ts';
import { emptyState } from '../../src/journal/fold.ts';
import { createJournal } from '../../src/journal/journal.ts';
import type { CreateOutcome, KeysApi } from '../../src/keys/account-key.ts';
import type { Change } from '../../src/plan/change.ts';
import { Secret } from '../../src/secret.ts';

const CREATE: Change = {
  kind: 'create',
  person: undefined,
  participant: null,
  stem: 'W_Anda',
  wanted: { limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false },
};
const NAME = 'W_Anda_aaaaaaaa';
const secret = new Secret('sk-or-v1-test-secret-0001');
const label = 'sk-or-v1-tes...0001';

/** One create with this answer: the line of its outcome in the journal, and what the run makes of it. */
async function play(answer: CreateOutcome) {
  const lines: Record<string, unknown>[] = [];
  const sink = { append: async (line: string) => void lines.push(JSON.parse(line)) };
  const api = { createKey: async () => answer } as Partial<KeysApi> as KeysApi;
  const { outcomes, stopped } = await applyPlan([CREATE], {
    api,
    journal: createJournal({ state: emptyState(), sink, now: () => new Date('2026-03-02T09:00:00Z') }),
    random: (bytes) => new Uint8Array(bytes),
    concurrency: 1,
    stop: new AbortController().signal,
    rescue: async () => undefined,
  });
  const [intent, last] = lines;
  expect(intent).toMatchObject({ type: 'intent', tag: 'aaaaaaaa', wanted: { name: NAME } });
  return { line: last, result: outcomes.map((outcome) => outcome.result), stopped: stopped?.code };
}

test('the answer is remembered with the secret', async () => {
  const facts = { hash: 'h1', name: NAME, label, limit: 1 };
  expect(await play({ result: 'done', secret, facts })).toMatchObject({
    line: { type: 'created', key: 'sk-or-v1-test-secret-0001', facts },
    result: ['done'],
  });
});

test('nothing is told of a key before its secret is on the disk', async () => {
  const order: string[] = [];
  const sink = {
    append: async (line: string) => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push(JSON.parse(line).type);
    },
  };
  const api = { createKey: async () => ({ result: 'done', secret, facts: {} }) } as Partial<KeysApi> as KeysApi;
  await applyPlan([CREATE], {
    api,
    journal: createJournal({ state: emptyState(), sink, now: () => new Date('2026-03-02T09:00:00Z') }),
    random: (bytes) => new Uint8Array(bytes),
    concurrency: 1,
    stop: new AbortController().signal,
    rescue: async () => undefined,
    onOutcome: ({ result }) => order.push(result),
  });
  expect(order).toEqual(['intent', 'created', 'done']);
});

test.each([
  ['another name', { hash: 'h1', name: 'W_Zane_bbbbbbbb', label }],
  ['a label that does not fit the secret', { hash: 'h1', name: NAME, label: 'sk-or-v1-tes...0002' }],
])(
  'an answer with %s says nothing about this key: only the secret is kept, and the hash is looked up later',
  async (_, facts) => {
    const { line } = await play({ result: 'done', secret, facts });
    expect(line).toMatchObject({ type: 'created', key: 'sk-or-v1-test-secret-0001' });
    expect(line?.facts).toEqual({});
  },
);

test('a name that OpenRouter composes differently is the same name', async () => {
  const facts = { hash: 'h1', name: ` ${NAME.normalize('NFD')}`, label };
  expect((await play({ result: 'done', secret, facts })).line).toMatchObject({ facts: { hash: 'h1' } });
});

test('a refusal of this key is one; a refusal of all of them says nothing about this row', async () => {
  expect(await play({ result: 'refused', reason: 'no', status: 400 })).toMatchObject({
    line: { type: 'not_created', refused: true, reason: 'no', status: 400 },
    result: ['refused'],
    stopped: undefined,
  });
  const stop = new CliError('unauthorized', EXIT.NOT_AUTHORIZED, 'no', { hint: 'no' });
  expect(await play({ result: 'refused', reason: 'no', status: 401, stop })).toMatchObject({
    line: { type: 'not_created', refused: false },
    result: ['not_started'],
    stopped: 'unauthorized',
  });
});

test('a lost answer is unresolved', async () => {
  expect(await play({ result: 'unresolved', reason: 'reset' })).toMatchObject({
    // The file's word for it.
    line: { type: 'unknown', reason: 'reset' },
    result: ['unresolved'],
  });
});
