import { expect, test } from 'vitest';
import type { AccountKey } from '../../src/keys/account-key.ts';
import { planRotate, type RotateInput } from '../../src/plan/plan-rotate.ts';
import { change, created, held, intent, listed, participant, stateOf } from '../support/journal-entries.ts';

const ANDA = participant('Anda');
const [OLD, NEW] = ['aaaaaaaa', 'bbbbbbbb'];
const retireOld = { action: 'delete', reason: 'retire' } as const;

function plan(keys: AccountKey[], more: Partial<RotateInput> = {}) {
  const { state = stateOf(held(OLD, ANDA)), wish } = more;
  return planRotate({
    keys,
    missing: [],
    state,
    open: state.openChanges,
    guardrails: new Map(),
    creator: 'user_1',
    ...more,
    wish: { retire: 'delete', carryRemaining: false, ...wish },
  });
}

test('the new key is like the old one, and belongs to the same person', () => {
  const key = listed(OLD, ANDA, {
    limit: 3,
    limit_reset: 'weekly',
    include_byok_in_limit: true,
    expires_at: '2026-04-01T00:00:00.123456+00:00',
    workspace_id: 'ws',
  });
  expect(plan([key]).changes).toEqual([
    {
      kind: 'create',
      person: OLD,
      participant: ANDA,
      stem: 'W_Anda',
      wanted: {
        limit: 3,
        limit_reset: 'weekly',
        include_byok_in_limit: true,
        expires_at: '2026-04-01T00:00:00Z',
        workspace_id: 'ws',
      },
      replaces: {
        hash: `hash-${OLD}`,
        name: key.name,
        retire: 'delete',
        before: expect.objectContaining({ limit: 3 }),
      },
    },
  ]);
});

test.each<[string, Partial<AccountKey>, number | null]>([
  ['what remains of the limit', { limit: 3, limit_remaining: 1.25 }, 1.25],
  ['nothing, where more was spent than the limit', { limit: 3, limit_remaining: -0.01 }, 0],
  ['the whole limit, where it resets', { limit: 3, limit_remaining: 1, limit_reset: 'daily' }, 3],
  ['no limit, where there was none', { limit: null, limit_remaining: null }, null],
  ['the whole limit, where what remains is not told', { limit: 3, limit_remaining: undefined }, 3],
])('carried over: %s', (_, key, limit) => {
  const wish = { retire: 'delete', carryRemaining: true } as const;
  expect(plan([listed(OLD, ANDA, key)], { wish }).changes).toMatchObject([{ wanted: { limit } }]);
});

test('the creator is only told where it is somebody else', () => {
  const creators = ['user_1', 'user_2', null].map((creator_user_id) => {
    const [create] = plan([listed(OLD, ANDA, { creator_user_id })]).changes;
    return create?.kind === 'create' ? create.wanted.creator_user_id : 'no key is created';
  });
  expect(creators).toEqual([undefined, 'user_2', undefined]);
});

test('attempts to replace a key that no journal created belong to one person', () => {
  const attempt = intent(NEW, null, { replaces: 'foreign', retire: 'delete' });
  const [create] = plan([{ hash: 'foreign', name: 'Billing' }], { state: stateOf(attempt) }).changes;
  expect(create).toMatchObject({ kind: 'create', person: NEW, stem: 'Billing' });
});

test('a rotation that was begun is finished: the old key goes, and nothing new is created', () => {
  const replacement = [intent(NEW, ANDA, { person: OLD, replaces: `hash-${OLD}`, retire: 'delete' }), created(NEW)];
  const state = stateOf(held(OLD, ANDA), change(OLD, retireOld), replacement);
  const keys = [listed(OLD, ANDA), listed(NEW, ANDA)];
  expect(plan(keys, { state })).toMatchObject({
    changes: [{ kind: 'retire', hash: `hash-${OLD}`, successor: NEW, old: { retire: 'delete' } }],
    unchanged: [],
  });
});

test('one that was begun, and whose old key somebody deleted meanwhile, is noted as gone', () => {
  const state = stateOf(held(OLD, ANDA), change(OLD, retireOld));
  expect(plan([], { state, missing: [listed(OLD, ANDA)] }).changes).toMatchObject([
    { kind: 'record_gone', hash: `hash-${OLD}` },
  ]);
});

test.each<[string, Record<string, string>, string | undefined]>([
  ['is assigned', { [`hash-${OLD}`]: 'g' }, 'g'],
  ['is assigned, where the new key has another one', { [`hash-${OLD}`]: 'g', [`hash-${NEW}`]: 'other' }, 'g'],
  ['is not assigned again', { [`hash-${OLD}`]: 'g', [`hash-${NEW}`]: 'g' }, undefined],
])('the guardrail of a rotation that was begun %s', (_, guardrails, expected) => {
  const replacement = [intent(NEW, ANDA, { person: OLD, replaces: `hash-${OLD}`, retire: 'delete' }), created(NEW)];
  const state = stateOf(held(OLD, ANDA), change(OLD, retireOld), replacement);
  const { changes } = plan([listed(OLD, ANDA), listed(NEW, ANDA)], {
    state,
    guardrails: new Map(Object.entries(guardrails)),
  });
  expect(changes.map((each) => each.kind === 'retire' && each.old.guardrail)).toEqual([expected]);
});

test.each([
  ['is complete, and was not told: the new key stays', 'done', [], 1],
  ['is not complete: its new key alone is rotated like any other', undefined, ['create'], 0],
] as const)('a rotation that %s', (_, result, kinds, unchanged) => {
  const replacement = [intent(NEW, ANDA, { person: OLD, replaces: `hash-${OLD}`, retire: 'delete' }), created(NEW)];
  const begun = change(OLD, { ...retireOld, batch: { id: 'batch', size: 1 } }, result);
  const rotated = plan([listed(NEW, ANDA)], { state: stateOf(held(OLD, ANDA), begun, replacement) });
  expect(rotated.changes.map(({ kind }) => kind)).toEqual(kinds);
  expect(rotated.unchanged).toHaveLength(unchanged);
});
