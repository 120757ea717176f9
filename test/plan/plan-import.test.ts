import { expect, test } from 'vitest';
import type { JournalState } from '../../src/journal/fold.ts';
import type { AccountKey } from '../../src/keys/account-key.ts';
import { type FoundKey, planImport } from '../../src/plan/plan-import.ts';
import type { Participant } from '../../src/roster/participant.ts';
import { Secret } from '../../src/secret.ts';
import { change, held, participant, stateOf } from '../support/journal-entries.ts';

const secretOf = (number: number) => `sk-or-v1-test-import-${String(number).padStart(12, '0')}`;
const labelOf = (number: number) => `sk-or-v1-tes...${secretOf(number).slice(-6)}`;

function found(number: number, who: Participant, more: Partial<FoundKey> = {}): FoundKey {
  const secret = new Secret(secretOf(number));
  return { row: number, secret, participant: who, hash: undefined, name: undefined, ...more };
}

function onAccount(number: number): AccountKey {
  return { hash: `hash-${number}`, name: 'Workshop', label: labelOf(number) };
}

function plan(keys: readonly FoundKey[], state: JournalState, account: readonly AccountKey[]) {
  const { rows, changes } = planImport({
    ...{ found: keys, state, keys: account, roster: undefined },
    proofOf: () => ({ works: true }),
    isManagementKey: () => false,
    heldElsewhere: () => undefined,
  });
  const told = rows.map((row) => (row.result === 'left' ? `${row.code}: ${row.reason}` : row.result));
  return { told, changes };
}

test('two rows that are one person of the journal under two addresses get no second key: both are left', () => {
  const anda = participant('Anda', 'anda@example.org', 'a.liepa@example.com');
  const revoked = stateOf(held('aaaaaaaa', anda), change('aaaaaaaa', { action: 'delete', reason: 'revoke' }, 'done'));
  const rows = [
    found(1, participant('Anda', 'anda@example.org')),
    found(2, participant('A', 'a.liepa@example.com')),
    found(3, participant('Bo')),
  ];
  const { told, changes } = plan(rows, revoked, [1, 2, 3].map(onAccount));
  expect(told).toEqual([
    'several_keys: several keys in the file work for them: rows 1, 2',
    'several_keys: several keys in the file work for them: rows 1, 2',
    'import',
  ]);
  expect(changes).toMatchObject([{ kind: 'import', hash: 'hash-3' }]);
});

test('a person of the journal who has no key any more stays the same person', () => {
  const revoked = stateOf(
    held('aaaaaaaa', participant('Anda')),
    change('aaaaaaaa', { action: 'delete', reason: 'revoke' }, 'done'),
  );
  const { changes } = plan([found(1, participant('Anda'))], revoked, [onAccount(1)]);
  expect(changes).toMatchObject([{ kind: 'import', person: 'aaaaaaaa' }]);
});

test('a key is found by its hash even where its label shows nothing of it, and by its label alone where it shows the end', () => {
  const silent = { hash: 'hash-1', name: 'Workshop' };
  const [byHash, byLabel] = [found(1, participant('Anda'), { hash: 'hash-1' }), found(2, participant('Bo'))];
  expect(plan([byHash, byLabel], stateOf(), [silent, onAccount(2)]).told).toEqual(['import', 'import']);
  expect(plan([found(1, participant('Anda'))], stateOf(), [silent]).told).toEqual([
    'not_on_account: it works, but no key of this account fits it',
  ]);
  const twins = [onAccount(2), { ...onAccount(2), hash: 'other' }];
  expect(plan([byLabel], stateOf(), twins).told).toEqual(['ambiguous: 2 keys of the account fit it']);
});

test('5,000 keys are planned while somebody waits', () => {
  const numbers = Array.from({ length: 5_000 }, (_, at) => at);
  const keys = numbers.map((number) => found(number, participant(`P${number}`)));
  const { changes } = plan(keys, stateOf(), numbers.map(onAccount));
  expect(changes).toHaveLength(5_000);
}, 20_000);
