import { expect, test } from 'vitest';
import { emptyState, foldEntry, type OpenChange } from '../../src/journal/fold.ts';
import type { AccountKey } from '../../src/keys/account-key.ts';
import { planRevoke } from '../../src/plan/plan-revoke.ts';
import { planSync } from '../../src/plan/plan-sync.ts';
import { planUpdate } from '../../src/plan/plan-update.ts';

const AT = '2026-03-02T09:00:00.000Z';
const KEY: AccountKey = { hash: 'aa', name: 'P_a', disabled: false, limit: 2, limit_reset: null };
const BATCH = { id: 'x', size: 1 };

function change(more: Partial<OpenChange> = {}): OpenChange {
  const entry = { type: 'change', at: AT, hash: 'aa', name: 'P_a', action: 'update', reason: 'update' } as const;
  return { ...entry, patch: { limit: 2 }, before: { limit: 1 }, ...more };
}

function state(...entries: Parameters<typeof foldEntry>[1][]) {
  const folded = emptyState();
  for (const entry of entries) foldEntry(folded, entry);
  return folded;
}

const done = { type: 'changed', at: AT, hash: 'aa', action: 'update', reason: 'update', result: 'done' } as const;

test('a limit that was set before a crash is noted, not sent again', () => {
  const open = new Map([['aa', change()]]);
  expect(planUpdate([KEY], { limit: 2 }, open).changes).toMatchObject([
    { kind: 'record_changed', patch: { limit: 2 } },
  ]);
  expect(planUpdate([KEY], { limit: 2 }, new Map())).toMatchObject({ changes: [], unchanged: [KEY] });
  expect(planUpdate([KEY], { limit: 3 }, open).changes).toMatchObject([{ kind: 'update', patch: { limit: 3 } }]);
});

test('the end of a rotation that landed is left to rotate', () => {
  const disabled = { ...KEY, disabled: true };
  const begun = change({ reason: 'retire', patch: { disabled: true }, before: { disabled: false } });
  const open = new Map([['aa', begun]]);
  expect(planUpdate([disabled], { disabled: true }, open)).toMatchObject({ changes: [], unchanged: [disabled] });
});

test.each([
  ['all was done, and nobody was told', [change({ batch: BATCH }), done], 1, []],
  ['all was told', [change({ batch: BATCH }), done, { type: 'reported', at: AT } as const], 1, [3]],
  ['it was refused', [change({ batch: BATCH }), { ...done, result: 'refused' as const }], 1, [3]],
  ['another amount', [change({ batch: BATCH }), done], 5, [7]],
])('adding to a limit again when %s', (_, entries, addLimit, limits) => {
  const { changes } = planUpdate([KEY], { addLimit }, new Map(), state(...entries).unreported);
  expect(changes.map((one) => one.kind === 'update' && one.patch.limit)).toEqual(limits);
});

test('a key that was disabled before a crash is noted, one that somebody else disabled is left alone', () => {
  const disabled = { ...KEY, disabled: true };
  const begun = change({ reason: 'revoke', patch: { disabled: true }, before: { disabled: false } });
  expect(planRevoke([disabled], state(begun), true)).toMatchObject([{ kind: 'record_changed', reason: 'revoke' }]);
  expect(planRevoke([disabled], state(), true)).toEqual([]);
  expect(planRevoke([KEY], state(), true)).toMatchObject([{ kind: 'update', patch: { disabled: true } }]);
  expect(planRevoke([disabled], state(), false)).toMatchObject([{ kind: 'delete' }]);
});

test.each([
  [
    'a revocation whose answer was lost is noted once the key is gone',
    change({ action: 'delete', reason: 'revoke' }),
    ['aa'],
    1,
  ],
  ['one whose key is still there is not', change({ action: 'delete', reason: 'revoke' }), [], 0],
  ['the end of a rotation is left to rotate', change({ action: 'delete', reason: 'retire' }), ['aa'], 0],
])('sync: %s', (_, begun, gone, noted) => {
  const input = { participants: [], skipped: [], keys: [], limit: undefined, limit_reset: undefined, moved: [] };
  expect(planSync({ ...input, state: state(begun), gone: new Set(gone) }).resolved).toHaveLength(noted);
});
