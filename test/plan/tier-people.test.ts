import { expect, test } from 'vitest';
import { foldJournal } from '../../src/journal/fold.ts';
import { tierKeys } from '../../src/plan/tier-people.ts';
import { held, listed, participant } from '../support/journal-entries.ts';

const [ANDA, BO] = [
  { ...participant('Anda'), tier: 'basic' },
  { ...participant('Bo'), tier: 'basic' },
];
const SET = { tiers: [{ name: 'basic', models: null }], default: undefined };
const STATE = foldJournal([...held('aaaaaaaa', ANDA), ...held('bbbbbbbb', BO)]);

function hashesWith(keys: Parameters<typeof tierKeys>[3], gone: readonly string[] = []) {
  return tierKeys(STATE, [ANDA, BO], SET, keys, new Set(gone)).map(({ hash, workspace_id }) => [hash, workspace_id]);
}

test('a key is a tier’s only if it is proven to be ours, whatever the journal says', () => {
  const mine = listed('aaaaaaaa', ANDA);
  expect(hashesWith([mine, listed('bbbbbbbb', BO, { label: 'sk-or-v1-tes...else' })])).toEqual([
    ['hash-aaaaaaaa', undefined],
  ]);
  expect(hashesWith([mine, listed('bbbbbbbb', BO)])).toHaveLength(2);
});

test('a key that was renamed outside orkeys is named as such', () => {
  const keys = [listed('aaaaaaaa', ANDA, { name: 'Anda herself' }), listed('bbbbbbbb', BO)];
  const found = tierKeys(STATE, [ANDA, BO], SET, keys, new Set());
  expect(found.map(({ name, renamed }) => [name, renamed])).toEqual([
    ['Anda herself', true],
    [listed('bbbbbbbb', BO).name, undefined],
  ]);
});

test('a key that is gone has no tier', () => {
  expect(hashesWith([listed('aaaaaaaa', ANDA)], ['hash-bbbbbbbb'])).toEqual([['hash-aaaaaaaa', undefined]]);
});

test('a key whose workspace is not told is where the others are', () => {
  const keys = [listed('aaaaaaaa', ANDA, { workspace_id: 'ws-1' }), listed('bbbbbbbb', BO)];
  expect(hashesWith(keys)).toEqual([
    ['hash-aaaaaaaa', 'ws-1'],
    ['hash-bbbbbbbb', 'ws-1'],
  ]);
});
