import { describe, expect, test } from 'vitest';
import { readAccountKeys, readCredits, readCurrentKey, readKeyFacts } from '../../src/openrouter/schemas.ts';

const FULL = {
  hash: 'f01d',
  name: 'Anda',
  label: 'sk-or-v1-0e6...1c96',
  disabled: false,
  limit: 5,
  limit_remaining: 4,
  limit_reset: 'weekly',
  include_byok_in_limit: false,
  usage: 1,
  usage_daily: 1,
  usage_weekly: 1,
  usage_monthly: 1,
  byok_usage: 0,
  created_at: '2025-02-19T20:52:27.363244+00:00',
  updated_at: null,
  expires_at: null,
  last_used_at: null,
  creator_user_id: null,
  workspace_id: 'w1',
};

test('a whole key is kept as it is, without fields that nobody knows', () => {
  expect(readAccountKeys({ data: [{ ...FULL, brand_new: 1 }] })).toEqual([FULL]);
});

describe('each field but hash and name may be missing or of another type', () => {
  test.each(Object.keys(FULL).filter((field) => field !== 'hash' && field !== 'name'))('%s', (field) => {
    const { [field]: _, ...rest } = { ...FULL } as Record<string, unknown>;
    for (const odd of [undefined, {}, []]) {
      expect(readAccountKeys({ data: [{ ...rest, [field]: odd }] })).toEqual([rest]);
    }
  });
});

test.each([[{ name: 'x' }], [{ hash: 'x' }], [{ hash: '', name: 'x' }], [{ hash: 1, name: 'x' }], [null], ['x']])(
  '%o is no key',
  (entry) => {
    expect(readAccountKeys({ data: [entry, FULL] })).toEqual([undefined, FULL]);
  },
);

test.each([[undefined], [null], [[]], [{}], [{ data: {} }], [{ data: 'x' }]])('%o is no list', (json) => {
  expect(readAccountKeys(json)).toBeUndefined();
});

test('of a broken answer to a create whatever can be read is kept', () => {
  expect(readKeyFacts({ data: { hash: 7, name: 'Anda', limit: 2, usage: 'x' } })).toEqual({ name: 'Anda', limit: 2 });
  expect(readKeyFacts(undefined)).toEqual({});
  expect(readKeyFacts({ data: [] })).toEqual({});
});

test('credits without numbers are none', () => {
  expect(readCredits({ data: { total_credits: '5', total_usage: 1 } })).toBeUndefined();
});

test('a label that holds a whole secret is masked before anybody sees it', () => {
  const secret = `sk-or-v1-test-${'0e6'.repeat(16)}1c96`;
  expect(readAccountKeys({ data: [{ ...FULL, label: secret }] })).toEqual([{ ...FULL, label: 'sk-or-v1-tes...1c96' }]);
  expect(readCurrentKey({ data: { label: secret } })).toEqual({ label: 'sk-or-v1-tes...1c96' });
  expect(readKeyFacts({ data: { label: secret } })).toEqual({ label: 'sk-or-v1-tes...1c96' });
});
