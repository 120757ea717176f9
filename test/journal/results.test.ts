import { expect, test } from 'vitest';
import { resultsOf } from '../../src/journal/results.ts';
import {
  AT,
  change,
  created,
  held,
  intent,
  participant,
  rosterEntry,
  secretOf,
  stateOf,
} from '../support/journal-entries.ts';

const ANDA = participant('Anda');
const TAG = 'aaaaaaaa';
const NEXT = 'bbbbbbbb';
const refusal = { type: 'not_created', at: AT, tag: NEXT, refused: true, reason: 'no credit' } as const;
const next = intent(NEXT, ANDA, { person: TAG });

function shown(...entries: Parameters<typeof stateOf>) {
  const { keys, failures } = resultsOf(stateOf(...entries));
  return { keys: keys.map(({ key, status }) => `${key} ${status}`), failures: failures.map(({ reason }) => reason) };
}

test.each<[string, Parameters<typeof stateOf>, ReturnType<typeof shown>]>([
  ['a key', [held(TAG, ANDA)], { keys: [`${secretOf(TAG)} active`], failures: [] }],
  [
    'the last key of somebody who has none any more',
    [held(TAG, ANDA), change(TAG, { action: 'delete', reason: 'revoke' }, 'done')],
    { keys: [' revoked'], failures: [] },
  ],
  [
    'a key that is not on the account any more',
    [held(TAG, ANDA), { type: 'gone', at: AT, hash: `hash-${TAG}` }],
    { keys: [' gone'], failures: [] },
  ],
  [
    'a disabled key',
    [held(TAG, ANDA), change(TAG, { patch: { disabled: true } }, 'done')],
    { keys: [`${secretOf(TAG)} disabled`], failures: [] },
  ],
  [
    'a refused second attempt is no failure while the first key lives',
    [held(TAG, ANDA), next, refusal],
    { keys: [`${secretOf(TAG)} active`], failures: [] },
  ],
  ['a refused attempt of somebody without a key', [next, refusal], { keys: [], failures: ['no credit'] }],
  [
    'an attempt that never reached OpenRouter is no failure of that row',
    [next, { ...refusal, refused: false }],
    { keys: [], failures: [] },
  ],
  ['an attempt without an outcome', [next], { keys: [], failures: ['unknown outcome'] }],
  [
    'a key that a rotation replaced is not shown, even where the new one turned out to be somebody else’s',
    [
      held(TAG, ANDA),
      next,
      created(NEXT),
      change(TAG, { action: 'delete', reason: 'retire' }, 'done'),
      { type: 'unresolved', at: AT, tag: NEXT, reason: 'the key on the account has another secret' },
    ],
    { keys: [], failures: ['the key on the account has another secret'] },
  ],
])('%s', (_, entries, expected) => {
  expect(shown(...entries)).toEqual(expected);
});

test('keys stand in the order of the roster as it is now, with its row numbers', () => {
  const zane = participant('Zane');
  const roster = rosterEntry({ ...zane, row: 4, rows: [4] }, { ...ANDA, row: 7, rows: [7] });
  const { keys } = resultsOf(stateOf(held(TAG, ANDA), held(NEXT, zane), held('cccccccc', null), roster));
  expect(keys.map((key) => [key.participant?.name, key.participant?.row])).toEqual([
    ['Zane', 4],
    ['Anda', 7],
    [undefined, undefined],
  ]);
});
