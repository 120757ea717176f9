import { expect, test } from 'vitest';
import type { HeldAttempt } from '../../src/journal/attempt.ts';
import type { Change, Outcome } from '../../src/plan/change.ts';
import { rowOutcomes } from '../../src/plan/row-outcomes.ts';
import { AT, created, held, intent, participant, stateOf } from '../support/journal-entries.ts';

const ANDA = participant('Anda');
const TAG = 'aaaaaaaa';
const create: Change = {
  kind: 'create',
  person: undefined,
  participant: ANDA,
  stem: 'W_Anda',
  wanted: { limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false },
};
const outcome = (result: Outcome['result'], reason?: string): Outcome[] => [
  { change: create, result, ...(reason === undefined ? {} : { reason }) },
];

test('a key counts when its secret is on disk, whatever the answer said', () => {
  const [row] = rowOutcomes([ANDA], [], outcome('unresolved', 'reset'), stateOf(held(TAG, ANDA)));
  expect(row).toMatchObject({ result: 'created', reason: 'reset', held: { tag: TAG } });
});

test.each([
  ['refused', 'refused', 'no'],
  ['unresolved', 'unresolved', 'no'],
  ['not_started', 'not_started', 'no'],
  ['done', 'not_started', 'no'],
] as const)('a create that is %s, and no secret on disk: %s', (result, expected, reason) => {
  expect(rowOutcomes([ANDA], [], outcome(result, reason), stateOf(intent(TAG, ANDA)))).toEqual([
    { participant: ANDA, result: expected, reason },
  ]);
});

test('who had a key has it as it is at the end of the run', () => {
  const before = stateOf(intent(TAG, ANDA), created(TAG, {})).attempts.get(TAG) as HeldAttempt;
  const skipped = [{ because: 'has_key', participant: ANDA, held: before } as const];
  const located = { type: 'located', at: AT, tag: TAG, facts: { hash: 'found' } } as const;
  const after = stateOf(intent(TAG, ANDA), created(TAG, {}), located);
  expect(rowOutcomes([ANDA], skipped, [], after)).toMatchObject([
    { result: 'has_key', held: { facts: { hash: 'found' } } },
  ]);
});
