import { describe, expect, test } from 'vitest';
import type { AccountKey } from '../../src/keys/account-key.ts';
import { parseInstant } from '../../src/keys/instant.ts';
import { nameGlob } from '../../src/keys/name-glob.ts';
import { type Candidate, type KeySelector, selectKeys } from '../../src/keys/select-keys.ts';
import { isOver, parseThreshold, spentInWindow } from '../../src/keys/spending.ts';

const NOW = new Date('2026-03-10T12:00:00Z');

function candidate(hash: string, key: Partial<AccountKey> = {}, email?: string): Candidate {
  const name = `P_${hash}`;
  const participant = email === undefined ? null : { row: 2, rows: [2], name: 'N', surname: 'S', emails: [email] };
  return {
    key: { hash, name, disabled: false, usage: 0, limit: 1, ...key },
    participant,
    home: email === undefined ? undefined : 'P',
  };
}

const KEYS = [
  candidate('aa01', { created_at: '2026-03-01T10:00:00.123456+00:00' }, 'Anda@Example.org'),
  candidate('aa02', { disabled: true, usage: 0.9, created_at: '2026-03-05T00:00:00+00:00' }, 'valdis@example.org'),
  candidate('bb03', { expires_at: '2026-03-10T11:59:59Z', limit: null, usage: 5 }),
  candidate('bb04', { name: 'Q_bb04', limit: 2, limit_reset: 'daily', limit_remaining: 0.5, usage: 40 }),
  candidate('cc05', { name: 'Pb_cc05', last_used_at: '2026-03-09T00:00:00Z', created_at: 'when?' }),
];

test('a longer prefix that is known here has its own keys, whether or not its journal can be read', () => {
  const keys = ['P_Anda_1', 'P_B_Anda_2', 'P_Bo_3'].map((name) => candidate(name, { name }));
  const selected = (workshops: string[]) =>
    selectKeys(keys, { prefix: 'P', workshops }, NOW).map(({ key }) => key.hash);
  expect(selected(['P', 'P_B'])).toEqual(['P_Anda_1', 'P_Bo_3']);
  expect(selected(['P', 'B'])).toEqual(['P_Anda_1', 'P_B_Anda_2', 'P_Bo_3']);
});

describe('a key is meant when every condition fits', () => {
  test.for<[string, KeySelector, string[]]>([
    ['nothing asked for', {}, ['aa01', 'aa02', 'bb03', 'bb04', 'cc05']],
    ['a prefix ends at its underscore', { prefix: 'P' }, ['aa01', 'aa02', 'bb03']],
    ['a name', { name: nameGlob('p_*3') }, ['bb03']],
    ['a name means the whole name', { name: nameGlob('_bb') }, []],
    ['beginnings of hashes', { hashes: ['aa01', 'bb'] }, ['aa01', 'bb03', 'bb04']],
    ['an address, folded', { emails: ['ANDA@example.ORG'] }, ['aa01']],
    ['one of several addresses', { emails: ['anda@example.org', 'valdis@example.org'] }, ['aa01', 'aa02']],
    ['people in a roster', { among: new Set(['aa01', 'zz']) }, ['aa01']],
    ['who left: never a key of nobody known', { notAmong: new Set(['aa01']) }, ['aa02']],
    ['disabled', { disabled: true }, ['aa02']],
    ['enabled', { disabled: false }, ['aa01', 'bb03', 'bb04', 'cc05']],
    ['expired', { expired: true }, ['bb03']],
    ['never used: free models cost nothing and are use', { unused: true }, ['aa01']],
    ['over dollars, in the current window', { over: { usd: 0.9 } }, ['bb03', 'bb04']],
    ['over a share of the limit', { over: { share: 0.75 } }, ['aa02']],
    ['over a smaller share', { over: { share: 0.7 } }, ['aa02', 'bb04']],
    ['made before', { createdBefore: new Date('2026-03-05T00:00:00Z') }, ['aa01']],
    ['made at or after', { createdAfter: new Date('2026-03-05T00:00:00Z') }, ['aa02']],
    ['two conditions', { prefix: 'P', disabled: false }, ['aa01', 'bb03']],
    ['conditions that nothing fits', { unused: true, disabled: true }, []],
  ])('%s', ([, selector, expected]) => {
    expect(selectKeys(KEYS, selector, NOW).map(({ key }) => key.hash)).toEqual(expected);
  });
});

test.for([
  ['*', 'anything/at all .x', true],
  ['BSSDH_*', 'bssdh_2025_Anda', true],
  ['*_Baklāne_*', 'B_Anda_Bakla\u0304ne_k7f3q2xw', true],
  ['B_????_x', 'B_Anda_x', true],
  ['B_???_x', 'B_Anda_x', false],
  ['{a,b}_*', 'b_1', true],
  ['a[12]', 'a3', false],
  ['!a', 'b', false],
  ['Anda (old)*', 'Anda (old) key', true],
  ['and', 'Anda', false],
] as const)('the pattern %s against %s', ([pattern, name, fits]) => {
  expect(nameGlob(pattern)(name)).toBe(fits);
});

test.for([
  ['0.8', { usd: 0.8 }],
  ['0,8', { usd: 0.8 }],
  ['$ 2', { usd: 2 }],
  ['80%', { share: 0.8 }],
  ['80 %', { share: 0.8 }],
  ['12.5%', { share: 0.125 }],
  ['0', { usd: 0 }],
  ['', undefined],
  ['%', undefined],
  ['$5%', undefined],
  ['-1', undefined],
  ['much', undefined],
] as const)('the threshold %j', ([text, expected]) => {
  expect(parseThreshold(text)).toEqual(expected);
});

test('spending counts in the current window when the limit starts again, over the life of the key when not', () => {
  expect(spentInWindow({ limit: 2, limit_remaining: 0.5, limit_reset: 'weekly', usage: 40 })).toBe(1.5);
  expect(spentInWindow({ limit: 2, limit_remaining: 0.5, limit_reset: null, usage: 1.5 })).toBe(1.5);
  expect(spentInWindow({ limit: null, limit_remaining: null, limit_reset: 'daily', usage: 3 })).toBe(3);
  expect(isOver({ limit: 0.3, usage: 0.1 + 0.2 }, { share: 1 })).toBe(false);
});

test.for([
  ['2026-03-01', '2026-03-01T00:00:00.000Z'],
  ['2026-03-01T18:00Z', '2026-03-01T18:00:00.000Z'],
  ['2026-03-01 18:00:05', '2026-03-01T18:00:05.000Z'],
  ['2026-03-01T18:00:00+02:00', '2026-03-01T16:00:00.000Z'],
  ['7d', '2026-03-03T12:00:00.000Z'],
  ['30m', '2026-03-10T11:30:00.000Z'],
  ['2w', '2026-02-24T12:00:00.000Z'],
] as const)('the moment %s', ([text, expected]) => {
  expect(parseInstant(text, NOW)).toEqual({ at: new Date(expected) });
});

test.for(['', 'soon', '2026-02-30', '2026-13-01', '2026-03-01T25:00', '1y', '01.03.2026'])(
  '%j is no moment',
  (text) => {
    expect(parseInstant(text, NOW)).toHaveProperty('problem');
  },
);
