import { expect, test } from 'vitest';
import { isHeld } from '../../src/journal/attempt.ts';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { foldJournal, heldKey, heldKeys } from '../../src/journal/fold.ts';

const at = '2026-03-02T09:00:00.000Z';
const tag = 'abcdefgh';
const wanted = { name: `W_Anda_${tag}`, limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false };
const intent: JournalEntry = {
  type: 'intent',
  at,
  tag,
  person: tag,
  participant: null,
  wanted: { ...wanted, limit_reset: null },
};
const created: JournalEntry = { type: 'created', at, tag, key: 'sk-or-v1-test-secret', facts: { hash: 'h1' } };
const change = (
  action: 'update' | 'delete',
  reason: 'revoke' | 'retire' | 'update',
  result: 'done' | 'gone' | 'refused' | 'unresolved',
  disabled = true,
): JournalEntry[] => [
  {
    type: 'change',
    at,
    hash: 'h1',
    name: wanted.name,
    action,
    reason,
    before: {},
    ...(action === 'update' ? { patch: { disabled } } : {}),
  },
  { type: 'changed', at, hash: 'h1', action, reason, result },
];

test.each<[string, JournalEntry[], string, string | undefined]>([
  ['an intent alone is pending', [intent], 'pending', undefined],
  ['a lost response is unresolved', [intent, { type: 'unresolved', at, tag, reason: 'lost' }], 'unresolved', undefined],
  ['a secret makes it held', [intent, created], 'held', 'active'],
  ['a secret counts though its intent is lost', [created], 'held', 'active'],
  ['a damaged line after the secret takes nothing away', [created, { type: 'damaged', at, tag }], 'held', 'active'],
  ['a damaged line alone is to be found out', [{ type: 'damaged', at, tag }], 'pending', undefined],
  ['a deleted key is revoked', [intent, created, ...change('delete', 'revoke', 'done')], 'held', 'revoked'],
  ['one that was gone already too', [intent, created, ...change('delete', 'revoke', 'gone')], 'held', 'revoked'],
  ['a replaced one is retired', [intent, created, ...change('delete', 'retire', 'done')], 'held', 'retired'],
  [
    'a deletion that failed changes nothing',
    [intent, created, ...change('delete', 'revoke', 'refused')],
    'held',
    'active',
  ],
  ['one in doubt neither', [intent, created, ...change('delete', 'revoke', 'unresolved')], 'held', 'active'],
  ['a disabled key is disabled', [intent, created, ...change('update', 'update', 'done')], 'held', 'disabled'],
  [
    'and can come back',
    [intent, created, ...change('update', 'update', 'done'), ...change('update', 'update', 'done', false)],
    'held',
    'active',
  ],
  ['a key that the account lost is gone', [intent, created, { type: 'gone', at, hash: 'h1' }], 'held', 'gone'],
])('%s', (_, entries, status, life) => {
  const attempt = foldJournal(entries).attempts.get(tag);
  expect(attempt).toMatchObject({ status });
  expect(attempt && isHeld(attempt) ? attempt.life : undefined).toBe(life);
});

test('a secret that proved to be somebody else’s is held no more', () => {
  const state = foldJournal([intent, created, { type: 'unresolved', at, tag, reason: 'two claims' }]);
  expect(state.attempts.get(tag)).toMatchObject({ status: 'unresolved' });
  expect(heldKeys(state)).toEqual([]);
  expect(heldKey(state, 'h1')).toBeUndefined();
});

test('a change stays open until its end is known', () => {
  expect(foldJournal([intent, created, ...change('delete', 'revoke', 'unresolved')]).openChanges.size).toBe(1);
  expect(foldJournal([intent, created, ...change('delete', 'revoke', 'done')]).openChanges.size).toBe(0);
});

test('a key that is gone was revoked where a deletion had been begun, and deleted elsewhere where not', () => {
  const gone: JournalEntry = { type: 'gone', at, hash: 'h1' };
  const lifeAfter = (...entries: JournalEntry[]) => heldKeys(foldJournal([intent, created, ...entries, gone]))[0]?.life;
  const begun = (action: 'update' | 'delete', reason: 'revoke' | 'retire') =>
    change(action, reason, 'unresolved').slice(0, 1);
  expect(lifeAfter()).toBe('gone');
  expect(lifeAfter(...begun('delete', 'revoke'))).toBe('revoked');
  expect(lifeAfter(...begun('update', 'revoke'))).toBe('gone');
  expect(lifeAfter(...begun('delete', 'retire'))).toBe('gone');
});

test('a renamed key is known by both names from the moment that the new one was decided', () => {
  const rename: JournalEntry = {
    type: 'change',
    at,
    hash: 'h1',
    name: wanted.name,
    action: 'update',
    reason: 'update',
    patch: { name: 'W_Anna_abcdefgh' },
    before: {},
  };
  const names = heldKeys(foldJournal([intent, created, rename]))[0]?.names;
  expect(names).toEqual([wanted.name, 'W_Anna_abcdefgh']);
});
