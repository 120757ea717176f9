import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decodeJournal } from '../../src/journal/codec.ts';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { ANDA, AT, created, intent, plant, strangers } from './support/planted.ts';
import { openWorld, PREFIX, type WorkshopWorld } from './support/workshop-world.ts';

const TAG = 'k7f3q2xw';
const NAME = 'Prod_Billing';
const THEIRS = 'sk-or-v1-test-of-an-attacker';
const FLAGS = ['--yes', '--rate', 'off'];
const ROSTER = ['roster.csv', '--prefix', PREFIX];

async function useWorld(): Promise<WorkshopWorld> {
  const world = await openWorld({ people: 1 });
  onTestFinished(() => world.close());
  return world;
}

function imported(more: Partial<Extract<JournalEntry, { type: 'imported' }>>): JournalEntry {
  return { type: 'imported', at: AT, tag: TAG, person: TAG, participant: ANDA, key: undefined, facts: {}, ...more };
}

function change(hash: string, more: Partial<Extract<JournalEntry, { type: 'change' }>>): JournalEntry {
  return {
    type: 'change',
    at: AT,
    hash,
    name: `W_Anda_Liepa_${TAG}`,
    action: 'update',
    reason: 'update',
    before: {},
    ...more,
  };
}

const purged = (hash: string): JournalEntry => ({ type: 'created', at: AT, tag: TAG, key: undefined, facts: { hash } });

/** All that changes keys, each upon the folder as it was planted. */
const COMMANDS = [
  ['provision', ...ROSTER],
  ['doctor'],
  ['sync', ...ROSTER, '--limit', '7', '--revoke-missing'],
  ['revoke', '--prefix', PREFIX],
  ['revoke', '--email', 'p0@example.org'],
  ['rotate', '--prefix', PREFIX],
  ['update', '--prefix', PREFIX, '--limit', '7'],
];

describe('P5: planted lines that know the name or the hash of a key of somebody else change nothing of it', () => {
  test.each<[string, (hash: string) => JournalEntry[]]>([
    ['an intent with its very name', () => [intent(TAG, NAME)]],
    ['a line of a purged key with its hash', (hash) => [intent(TAG), purged(hash)]],
    ['… and a rename', (hash) => [intent(TAG), purged(hash), change(hash, { patch: { name: NAME } })]],
    ['an imported key without a secret', (hash) => [imported({ facts: { hash } })]],
    ['an imported key with a name', (hash) => [imported({ facts: { hash, name: NAME } })]],
    ['an imported key with another secret', (hash) => [imported({ key: THEIRS, facts: { hash, name: NAME } })]],
    ['a deletion that was begun', (hash) => [intent(TAG), change(hash, { action: 'delete', reason: 'revoke' })]],
    ['a rotation that was begun', (hash) => [intent(TAG), change(hash, { action: 'delete', reason: 'retire' })]],
  ])(
    '%s',
    async (_, lines) => {
      for (const args of COMMANDS) {
        const world = await useWorld();
        const { hashes, expectUntouched } = strangers(world, NAME);
        plant(world, PREFIX, lines(hashes[0] ?? ''));
        // Twice: the first run binds the journal to the account.
        for (const _ of [1, 2]) await world.run([...args, ...FLAGS]);
        expectUntouched();
      }
    },
    120_000,
  );
});

describe('a planted secret whose key the account does not list', () => {
  test.each<[string, JournalEntry[]]>([
    ['without a hash', [intent(TAG), { ...created(TAG, '', THEIRS), facts: {} } as JournalEntry]],
    ['with a hash that nobody has', [intent(TAG), created(TAG, 'f'.repeat(64), THEIRS)]],
    ['imported without a hash', [imported({ key: THEIRS })]],
    ['imported with a hash that nobody has', [imported({ key: THEIRS, facts: { hash: 'f'.repeat(64) } })]],
  ])('%s: nobody gets it, and the participant gets a key of their own', async (_, lines) => {
    for (const command of ['provision', 'sync']) {
      const world = await useWorld();
      plant(world, PREFIX, lines);
      const { code, stderr } = await world.run([command, ...ROSTER, ...FLAGS]);
      expect(code).toBe(0);
      expect(stderr).toMatch(/no key of this account has the saved secret of|is no longer on the account/);
      const json = readFileSync(join(world.folder, 'keys.json'), 'utf8');
      expect(json).not.toContain(THEIRS);
      expect(JSON.parse(json).keys).toMatchObject([{ status: 'active' }]);
      expect(world.server.livingByPerson(PREFIX).get('Anda_Liepa')).toHaveLength(1);
      expect(existsSync(join(world.folder, 'problems.xlsx'))).toBe(false);
    }
  });
});

test('a journal that is bound to its account by a run is no journal that another run changed', async () => {
  const world = await useWorld();
  await world.run(world.provision);
  const { entries } = decodeJournal(readFileSync(join(world.folder, 'journal.jsonl')));
  expect(entries[0]).toMatchObject({ type: 'journal', account: 'user_sandbox' });
  plant(world, PREFIX, entries.slice(1));
  const { code, stderr } = await world.run(world.revoke);
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('did not record its account') });
});
