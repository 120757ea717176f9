import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
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

describe('a planted secret is not handed out where the account can be asked', () => {
  const HANDOUTS = [
    ['export', PREFIX],
    ['handout', 'table', PREFIX],
    ['handout', 'files', PREFIX],
    ['handout', 'drafts', PREFIX],
  ];

  test.each<[string, (hash: string) => JournalEntry[]]>([
    ['with a hash that nobody has', () => [intent(TAG), created(TAG, 'f'.repeat(64), THEIRS)]],
    ['without a hash', () => [imported({ key: THEIRS })]],
    ['with the hash of a key of somebody else', (hash) => [intent(TAG), created(TAG, hash, THEIRS)]],
  ])('%s', async (_, lines) => {
    const world = await useWorld();
    await world.run(world.provision);
    const own = decodeJournal(readFileSync(join(world.folder, 'journal.jsonl'))).entries.slice(1);
    const { hashes, expectUntouched } = strangers(world, NAME);
    const bo = { ...ANDA, name: 'Bo', emails: ['bo@example.org'] };
    const planted = lines(hashes[0] ?? '').map((line) => ('participant' in line ? { ...line, participant: bo } : line));
    plant(world, PREFIX, [...own, ...planted] as JournalEntry[]);
    for (const args of HANDOUTS) {
      const { code, stdout } = await world.run(args);
      expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Left out/m) });
    }
    expect(filesWith(THEIRS, world.folder)).toEqual(['journal.jsonl']);
    expect(filesWith(world.server.mintedSecrets()[0] ?? '', world.folder)).toContain('keys.json');
    expectUntouched();
  });

  test('a key that somebody deleted on the website is left out as well, one that was renamed is not', async () => {
    const world = await useWorld();
    world.writeRoster([0, 1]);
    await world.run(world.provision);
    const [anda, other] = world.server.liveKeys().filter(({ name }) => name.startsWith('W_'));
    world.server.account.deleteKey(anda?.hash ?? '');
    world.server.account.updateKey(other?.hash ?? '', { name: 'Renamed by hand' });
    const { stdout } = await world.run(['export', PREFIX, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ left_out: [anda?.name], notes: [], totals: { count: 1 } });
  });

  test.each<[string, Record<string, string>, string]>([
    ['no management key', { OPENROUTER_MANAGEMENT_KEY: '' }, ''],
    ['nobody answers', { ORKEYS_BASE_URL: 'http://127.0.0.1:9/api/v1' }, 'They were created at'],
    ['the management key is refused', { OPENROUTER_MANAGEMENT_KEY: 'sk-or-v1-test-unknown-000000' }, 'not compared'],
  ])('%s: everybody gets the saved key, and a note says that it was not compared', async (_, env, note) => {
    const world = await useWorld();
    await world.run(world.provision);
    for (const args of [
      ['export', PREFIX],
      ['handout', 'table', PREFIX],
    ]) {
      const { code, stdout, stderr } = await world.run(args, env);
      expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: expect.not.stringContaining('Left out') });
      expect(stderr.replaceAll(/\s+/g, ' ')).toContain(note);
      if (note === '') expect(stderr).toBe('');
    }
  });
});

/** Names of the files in a folder and its folders that have a text in them. */
function filesWith(text: string, folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map(({ parentPath, name }) => join(parentPath, name));
  return paths.filter((path) => readFileSync(path).includes(text)).map((path) => relative(folder, path));
}

test('a journal that is bound to its account by a run is no journal that another run changed', async () => {
  const world = await useWorld();
  await world.run(world.provision);
  const { entries } = decodeJournal(readFileSync(join(world.folder, 'journal.jsonl')));
  expect(entries[0]).toMatchObject({ type: 'journal', account: 'user_sandbox' });
  plant(world, PREFIX, entries.slice(1));
  const { code, stderr } = await world.run(world.revoke);
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('did not record its account') });
});
