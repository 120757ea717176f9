import { expect, test } from 'vitest';
import { emptyState, foldEntry, type OpenChange } from '../../src/journal/fold.ts';
import { unfinishedChanges } from '../../src/journal/open-changes.ts';
import type { AccountKey } from '../../src/keys/account-key.ts';
import { patchFor, planUpdate, type UpdateWish } from '../../src/plan/plan-update.ts';

const KEY: AccountKey = {
  hash: 'aa',
  name: 'P_a',
  disabled: false,
  limit: 1,
  limit_reset: null,
  include_byok_in_limit: false,
};
const AT = '2026-03-02T09:00:00.000Z';

function change(hash: string, batch?: { id: string; size: number }): OpenChange {
  const entry = { type: 'change', at: AT, hash, name: hash, action: 'update', reason: 'update' } as const;
  return { ...entry, patch: { limit: 2 }, before: { limit: 1 }, ...(batch ? { batch } : {}) };
}

test.for<[UpdateWish, object]>([
  [{ limit: 1 }, {}],
  [{ limit: 2 }, { limit: 2 }],
  [{ limit: null }, { limit: null }],
  [{ addLimit: 0.2 }, { limit: 1.2 }],
  [{ limit_reset: null }, {}],
  [{ limit_reset: 'daily' }, { limit_reset: 'daily' }],
  [{ disabled: false }, {}],
  [{ disabled: true, limit: 1 }, { disabled: true }],
  [{ include_byok_in_limit: true }, { include_byok_in_limit: true }],
  [{ name: 'P_a' }, {}],
  [{ name: 'P_b' }, { name: 'P_b' }],
])('the wish %j patches %j', ([wish, patch]) => {
  expect(patchFor(KEY, wish)).toEqual(patch);
});

test.for([
  ['not landed: sent again with the amount of then', 1, [{ kind: 'update', patch: { limit: 2 } }]],
  ['landed: noted, not sent', 2, [{ kind: 'record_changed', patch: { limit: 2 } }]],
  ['somebody gave it another limit since: added to that', 5, [{ kind: 'update', patch: { limit: 6 } }]],
] as const)('a top-up begun before, %s', ([, limit, expected]) => {
  const open = new Map([['aa', change('aa')]]);
  expect(planUpdate([{ ...KEY, limit }], { addLimit: 1 }, open).changes).toMatchObject(expected);
});

test('a batch counts only when all its lines were written, over all journals together', () => {
  const [one, two] = [emptyState(), emptyState()];
  foldEntry(one, change('aa', { id: 'x', size: 2 }));
  foldEntry(one, change('cc'));
  expect([...unfinishedChanges([one, two]).keys()]).toEqual(['cc']);
  foldEntry(two, change('bb', { id: 'x', size: 2 }));
  expect([...unfinishedChanges([one, two]).keys()]).toEqual(['aa', 'cc', 'bb']);
  foldEntry(one, { type: 'changed', at: AT, hash: 'aa', action: 'update', reason: 'update', result: 'done' });
  expect([...unfinishedChanges([one, two]).keys()]).toEqual(['cc', 'bb']);
});
