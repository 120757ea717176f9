import { expect, test } from 'vitest';
import type { AccountKey } from '../../src/keys/account-key.ts';
import { planSync, type SyncInput } from '../../src/plan/plan-sync.ts';
import type { Participant } from '../../src/roster/participant.ts';
import { change, held, listed, participant, stateOf } from '../support/journal-entries.ts';

const ANDA = participant('Anda');
const ZANE = participant('Zane');
const [A, Z] = ['aaaaaaaa', 'zzzzzzzz'];
const state = stateOf(held(A, ANDA), held(Z, ZANE));

/** Anda is in the roster, Zane is not any more. */
function plan(keys: AccountKey[], more: Partial<SyncInput> & { anda?: Participant } = {}) {
  const { anda = ANDA, ...input } = more;
  const attempt = state.attempts.get(A);
  if (attempt?.status !== 'held') throw new Error('Anda has a key');
  return planSync({
    participants: [anda],
    skipped: [{ because: 'has_key', participant: anda, held: attempt }],
    state,
    keys,
    limit: undefined,
    limit_reset: undefined,
    moved: [],
    gone: new Set(),
    ...input,
  });
}

test('who is not in the roster is missing, as long as the key is there', () => {
  expect(plan([listed(A, ANDA), listed(Z, ZANE)]).missing).toMatchObject([{ participant: ZANE }]);
  expect(plan([listed(A, ANDA)]).missing).toEqual([]);
});

test('a key that only bears the hash of ours is nobody’s: it is neither missing nor changed', () => {
  const keys = [listed(A, ANDA, { name: 'Billing' }), listed(Z, ZANE, { name: 'Prod' })];
  expect(plan(keys, { limit: 5 })).toMatchObject({ missing: [], patches: [] });
});

test('who may have a new address, or has one, is not missing', () => {
  const keys = [listed(A, ANDA), listed(Z, ZANE)];
  expect(plan(keys, { moved: [Z] }).missing).toEqual([]);
  const attempt = state.attempts.get(Z);
  if (attempt?.status !== 'held') throw new Error('Zane has a key');
  const moved = { participant: ZANE, person: Z, held: attempt, from: ['z@example.org'], decided: undefined };
  expect(plan(keys, { skipped: [{ because: 'maybe_moved', participant: ZANE, moved }] }).missing).toEqual([]);
});

test('the limit of the roster goes before the one that was typed; without both it stays', () => {
  const keys = [listed(A, ANDA)];
  expect(plan(keys).patches).toEqual([]);
  expect(plan(keys, { limit: 5 }).patches).toMatchObject([{ hash: `hash-${A}`, patch: { limit: 5 } }]);
  expect(plan(keys, { limit: 5, anda: { ...ANDA, limit: null } }).patches).toMatchObject([{ patch: { limit: null } }]);
});

test('a key with another expiration than the roster says is counted, since it cannot be changed', () => {
  const anda = { ...ANDA, expires: '2026-04-01T00:00:00Z' };
  const expires = (expires_at: string | null) => plan([listed(A, ANDA, { expires_at })], { anda }).otherExpiry;
  expect([expires('2026-04-01T00:00:00.000000+00:00'), expires('2026-04-02T00:00:00Z'), expires(null)]).toEqual([
    0, 1, 1,
  ]);
});

test('a deletion that an earlier run began is noted once the key is gone', () => {
  const begun = stateOf(held(Z, ZANE), change(Z, { action: 'delete', reason: 'revoke' }));
  const gone = new Set([`hash-${Z}`]);
  expect(plan([], { state: begun, gone }).resolved).toMatchObject([{ kind: 'record_gone', hash: `hash-${Z}` }]);
  expect(plan([], { state: begun }).resolved).toEqual([]);
});
