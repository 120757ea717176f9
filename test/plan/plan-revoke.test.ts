import { expect, test } from 'vitest';
import { planRevoke } from '../../src/plan/plan-revoke.ts';
import { change, held, listed, participant, stateOf } from '../support/journal-entries.ts';

const ANDA = participant('Anda');
const TAG = 'aaaaaaaa';
const KEY = listed(TAG, ANDA);
const ours = held(TAG, ANDA);
const missing = (...entries: Parameters<typeof stateOf>) => planRevoke([], stateOf(...entries), false, [KEY]);

test('keys are deleted, or disabled unless they are', () => {
  expect(planRevoke([KEY], stateOf(ours), false)).toMatchObject([{ kind: 'delete', reason: 'revoke' }]);
  expect(planRevoke([KEY], stateOf(ours), true)).toMatchObject([{ kind: 'update', patch: { disabled: true } }]);
  expect(planRevoke([{ ...KEY, disabled: true }], stateOf(ours), true)).toEqual([]);
});

test('a deletion that was begun is brought to its end for the reason that it was begun for', () => {
  for (const reason of ['revoke', 'retire'] as const) {
    const before = { usage: 0.5 };
    expect(missing(ours, change(TAG, { action: 'delete', reason, before }))).toEqual([
      { kind: 'delete', hash: KEY.hash, name: KEY.name, before, reason },
    ]);
  }
});

test('a living key that is not on the account any more is noted as gone; one that was revoked is not', () => {
  const gone = [{ kind: 'record_gone', hash: KEY.hash, name: KEY.name }];
  expect(missing(ours)).toEqual(gone);
  expect(missing(ours, change(TAG, { patch: { disabled: true } }, 'done'))).toEqual(gone);
  expect(missing(ours, change(TAG, { action: 'delete', reason: 'revoke' }, 'done'))).toEqual([]);
});
