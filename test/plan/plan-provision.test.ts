import { expect, test } from 'vitest';
import { type ProvisionInput, planProvision } from '../../src/plan/plan-provision.ts';
import { held, intent, listed, participant, stateOf } from '../support/journal-entries.ts';

const ANDA = participant('Anda');
const TAG = 'aaaaaaaa';
const create = { kind: 'create', person: TAG, participant: ANDA, stem: 'W_Anda' };
const foreign = (hash: string, name: string) => ({ hash, name, usage: 0 });

/** The plan for Anda alone; `conclusive` and a complete list unless something else is said. */
function plan(input: Partial<ProvisionInput>, keys: ProvisionInput['listing']['keys'] = []) {
  const { changes, skipped } = planProvision({
    prefix: 'W',
    participants: [ANDA],
    state: stateOf(),
    listing: { keys, complete: true },
    conclusive: true,
    gone: new Set(),
    defaults: { limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false },
    createDuplicates: false,
    decisions: { same: [], fresh: [] },
    ...input,
  });
  return {
    changes,
    skipped: skipped.map((skip) => (skip.because === 'has_key_elsewhere' ? skip.key.hash : skip.because)),
  };
}

test('somebody new gets a key; somebody with a key gets none', () => {
  expect(plan({})).toMatchObject({ changes: [{ ...create, person: undefined }], skipped: [] });
  const state = stateOf(held(TAG, ANDA));
  expect(plan({ state }, [listed(TAG, ANDA)])).toEqual({ changes: [], skipped: ['has_key'] });
});

test('a key that was deleted elsewhere is noted as gone, and the same person gets another one', () => {
  const state = stateOf(held(TAG, ANDA));
  expect(plan({ state, gone: new Set([`hash-${TAG}`]) })).toMatchObject({
    changes: [{ kind: 'record_gone', hash: `hash-${TAG}` }, create],
    skipped: [],
  });
});

test('a key whose hash was told wrong is located, not gone', () => {
  const state = stateOf(held(TAG, ANDA));
  const wrong = { state, gone: new Set([`hash-${TAG}`]) };
  expect(plan(wrong, [listed(TAG, ANDA, { hash: 'the right one' })])).toMatchObject({
    changes: [{ kind: 'locate', tag: TAG, facts: { hash: 'the right one' } }],
    skipped: ['has_key'],
  });
});

test('a secret that belongs to another key is nobody’s key: a new one is created', () => {
  const state = stateOf(held(TAG, ANDA));
  expect(plan({ state }, [listed(TAG, ANDA, { label: 'sk-or-v1-oth...er00' })])).toMatchObject({
    changes: [{ kind: 'record_not_ours', tag: TAG }, create],
    skipped: [],
  });
});

test('of several keys that other computers created, the oldest is named', () => {
  const keys = [foreign('newer', 'W_Anda_bbbbbbbb'), foreign('older', 'W_anda')];
  expect(plan({}, keys)).toEqual({ changes: [], skipped: ['older'] });
  expect(plan({ createDuplicates: true }, keys)).toMatchObject({ changes: [{ kind: 'create' }], skipped: [] });
});

test('an attempt without an outcome waits unless the account was checked for it', () => {
  const state = stateOf(intent(TAG, ANDA));
  expect(plan({ state, conclusive: false })).toEqual({ changes: [], skipped: ['unresolved'] });
  expect(plan({ state })).toMatchObject({ changes: [{ kind: 'record_absent', tag: TAG }, create], skipped: [] });
  expect(plan({ state }, [listed(TAG, ANDA)])).toMatchObject({
    changes: [{ kind: 'remove_orphan', tag: TAG }, create],
    skipped: [],
  });
});

test('limit and expiration of the roster go before those of the run', () => {
  const own = { ...ANDA, limit: null, expires: '2026-04-01T00:00:00Z' };
  expect(plan({ participants: [own] }).changes).toMatchObject([
    { wanted: { limit: null, expires_at: '2026-04-01T00:00:00Z' } },
  ]);
});

test('a key that the roster itself contains is enough for who is not in the journal', () => {
  const keyed = { ...ANDA, keyed: true } as const;
  expect(plan({ participants: [keyed] }).skipped).toEqual(['keyed_in_roster']);
  const state = stateOf(held(TAG, ANDA));
  expect(plan({ participants: [keyed], state, gone: new Set([`hash-${TAG}`]) }).skipped).toEqual([]);
});
