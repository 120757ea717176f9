import { expect, test } from 'vitest';
import { applyPlan } from '../../src/apply/apply-plan.ts';
import { CliError, EXIT } from '../../src/errors.ts';
import { emptyState } from '../../src/journal/fold.ts';
import { createJournal } from '../../src/journal/journal.ts';
import type { ChangeOutcome, KeysApi } from '../../src/keys/account-key.ts';
import type { Change } from '../../src/plan/change.ts';

const before = { hash: 'h1', name: 'one' };
const update: Change = { kind: 'update', hash: 'h1', name: 'one', patch: { limit: 2 }, before, reason: 'update' };
const remove: Change = { kind: 'delete', hash: 'h2', name: 'two', before: {}, reason: 'revoke' };
const orphan: Change = { kind: 'remove_orphan', tag: 'abcdefgh', hash: 'h3', name: 'three', usage: 0, how: 'delete' };
const spentOrphan: Change = { ...orphan, hash: 'h4', name: 'four', usage: 1, how: 'disable' };
const gone: Change = { kind: 'record_gone', hash: 'h5', name: 'five' };
const absent: Change = { kind: 'record_absent', tag: 'qrstuvwx' };

/** Applies changes one at a time; all that reached the journal and the account, in its order. */
async function play(changes: readonly Change[], answer: (hash: string) => ChangeOutcome = () => ({ result: 'done' })) {
  const happened: string[] = [];
  const sink = {
    append: async (line: string) => {
      const { type, tag, hash, how } = JSON.parse(line);
      happened.push([type, tag ?? hash, how].filter(Boolean).join(' '));
    },
  };
  const sent = (method: string) => async (hash: string) => {
    happened.push(`${method} ${hash}`);
    return answer(hash);
  };
  const api = { updateKey: sent('PATCH'), deleteKey: sent('DELETE') } as Partial<KeysApi> as KeysApi;
  const journal = createJournal({ state: emptyState(), sink, now: () => new Date('2026-03-02T09:00:00Z') });
  const { outcomes, stopped } = await applyPlan(changes, {
    api,
    journal,
    random: () => new Uint8Array(),
    concurrency: 1,
    stop: new AbortController().signal,
    rescue: async () => undefined,
  });
  return { happened, results: outcomes.map(({ change, result }) => `${change.kind} ${result}`), stopped };
}

test('what only the journal has to know goes first, then orphaned keys, then the rest as it was planned', async () => {
  const { happened } = await play([update, orphan, remove, gone, spentOrphan, absent]);
  expect(happened).toEqual([
    'gone h5',
    'absent qrstuvwx',
    'DELETE h3',
    'orphan abcdefgh deleted',
    'PATCH h4',
    'orphan abcdefgh disabled',
    'change h1',
    'PATCH h1',
    'changed h1',
    'change h2',
    'DELETE h2',
    'changed h2',
  ]);
});

test('an answer that would be everybody’s starts nothing more, and what was found out is noted all the same', async () => {
  const stop = new CliError('unauthorized', EXIT.NOT_AUTHORIZED, 'refused', { hint: 'no' });
  const { happened, results, stopped } = await play([update, remove, gone], () => {
    return { result: 'not_started', reason: 'refused', stop };
  });
  expect(happened).toEqual(['gone h5', 'change h1', 'PATCH h1']);
  expect(results).toEqual(['record_gone done', 'update not_started', 'delete not_started']);
  expect(stopped).toMatchObject({ code: 'unauthorized', exitCode: EXIT.NOT_AUTHORIZED });
});

test('an orphaned key that somebody else deleted meanwhile is noted as deleted', async () => {
  const { happened } = await play([spentOrphan], () => ({ result: 'gone' }));
  expect(happened).toEqual(['PATCH h4', 'orphan abcdefgh deleted']);
});

test('an orphaned key that could not be removed is not noted as removed', async () => {
  const { happened, results } = await play([orphan], () => ({ result: 'unresolved', reason: 'reset' }));
  expect({ happened, results }).toEqual({ happened: ['DELETE h3'], results: ['remove_orphan unresolved'] });
});

test('an old key of a rotation that was refused stays open, another one does not', async () => {
  const lines: unknown[] = [];
  for (const reason of ['retire', 'revoke'] as const) {
    const sink = { append: async (line: string) => void lines.push(JSON.parse(line).result) };
    const journal = createJournal({ state: emptyState(), sink, now: () => new Date(0) });
    const api = { deleteKey: async () => ({ result: 'refused', reason: 'no' }) } as Partial<KeysApi> as KeysApi;
    const deps = { api, journal, random: () => new Uint8Array(), concurrency: 1, rescue: async () => undefined };
    await applyPlan([{ ...remove, reason }], { ...deps, stop: new AbortController().signal });
  }
  // "unknown" and "failed" are the file's words for unresolved and refused.
  expect(lines).toEqual([undefined, 'unknown', undefined, 'failed']);
});
