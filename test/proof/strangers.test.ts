import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { ANDA, AT, created, intent, plant, strangers } from './support/planted.ts';
import { openWorld, PREFIX, type WorkshopWorld } from './support/workshop-world.ts';

const FLAGS = ['--rate', 'off'];

async function useWorld(people = 1): Promise<WorkshopWorld> {
  const world = await openWorld({ people });
  onTestFinished(() => world.close());
  return world;
}

describe('P5: the sweep touches no key that only bears a tag', () => {
  test.each([
    ['a planted intent', [intent('k7f3q2xw')], 'Prod_Billing_k7f3q2xw'],
    ['an ordinary word that looks like a tag', [intent('payments')], 'prod_payments'],
    ['a line that says it was damaged', [{ type: 'damaged', at: AT, tag: 'k7f3q2xw' }], 'Prod_Billing_k7f3q2xw'],
    ['a planted secret without a hash', [intent('k7f3q2xw'), created('k7f3q2xw', '')], 'Prod_Billing_k7f3q2xw'],
  ] as [string, JournalEntry[], string][])('%s', async (_, entries, name) => {
    const world = await useWorld();
    const { expectUntouched } = strangers(world, name, `X_${name}`);
    plant(world, PREFIX, entries);
    for (const args of [world.provision, ['doctor', '--yes', ...FLAGS], ['sync', ...world.provision.slice(1)]]) {
      await world.run(args);
    }
    expectUntouched();
  });

  test('a key of that very name that is older than its intent', async () => {
    const world = await useWorld();
    const name = 'W_Anda_Liepa_k7f3q2xw';
    const { expectUntouched } = strangers(world, name);
    const later = new Date(Date.now() + 3 * 86_400_000).toISOString();
    plant(world, PREFIX, [{ ...intent('k7f3q2xw', name), at: later }]);
    await world.run(world.provision);
    expectUntouched();
  });

  test('a copy of the name of a key whose secret was lost: nothing tells which of the two is ours', async () => {
    const world = await useWorld();
    const name = 'W_Anda_Liepa_k7f3q2xw';
    const { expectUntouched } = strangers(world, name, name);
    plant(world, PREFIX, [intent('k7f3q2xw', name)]);
    await world.run(world.provision);
    expectUntouched();
  });

  test('an orphan of ours is in the plan, is asked for, and goes with --yes alone', async () => {
    const world = await useWorld();
    const name = 'W_Anda_Liepa_k7f3q2xw';
    world.server.account.createKey({ name });
    plant(world, PREFIX, [intent('k7f3q2xw', name)]);
    const asked = await world.run(world.provision.filter((arg) => arg !== '--yes'));
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain(`Resolve   delete orphaned key ${name} from an earlier run`);
    expect(asked.stderr).toContain('Create 1 key? This also deletes 1 orphaned key from an earlier run.');
    expect(world.server.liveKeys().filter((key) => key.name.startsWith('W_'))).toHaveLength(1);
    expect((await world.run(world.provision)).code).toBe(0);
    expect(world.server.liveKeys().filter((key) => key.name === name)).toEqual([]);
    expect(world.server.liveKeys().filter((key) => key.name.startsWith('W_'))).toHaveLength(1);
  });
});

describe('P5: a journal line alone makes nobody the owner of a key', () => {
  test.each([
    ['revoke', ['revoke', '--email', 'p0@example.org', '--yes']],
    ['rotate', ['rotate', '--email', 'p0@example.org', '--yes']],
    ['update', ['update', '--from', 'roster.csv', '--limit', '5', '--yes']],
    ['revoke by workshop', ['revoke', '--prefix', 'PLANTED', '--yes']],
    ['sync', ['sync', 'roster.csv', '--prefix', 'PLANTED', '--revoke-missing', '--limit', '5', '--yes']],
  ])('%s', async (_, args) => {
    const world = await useWorld();
    const { hashes, expectUntouched } = strangers(world, 'Prod_Billing');
    const tag = 'k7f3q2xw';
    const gone = { ...intent(tag, `PLANTED_Old_${tag}`), participant: { ...ANDA, emails: ['old@example.org'] } };
    plant(
      world,
      'PLANTED',
      args[0] === 'sync' ? [gone, created(tag, hashes[0] ?? '')] : [intent(tag), created(tag, hashes[0] ?? '')],
    );
    await world.run([...args, ...FLAGS]);
    expectUntouched();
  });

  test('its owner is not shown either', async () => {
    const world = await useWorld();
    const { hashes } = strangers(world, 'Prod_Billing');
    plant(world, 'PLANTED', [intent('k7f3q2xw'), created('k7f3q2xw', hashes[0] ?? '')]);
    const { stdout } = await world.run(['list', '--name', 'Prod*', '--json', ...FLAGS]);
    expect(JSON.parse(stdout).keys).toMatchObject([{ name: 'Prod_Billing', participant: null, prefix: null }]);
  });

  test('a secret that the account contradicts is handed to nobody: the participant gets a key of their own', async () => {
    const world = await useWorld();
    const { hashes, expectUntouched } = strangers(world, 'Prod_Billing');
    plant(world, PREFIX, [intent('k7f3q2xw'), created('k7f3q2xw', hashes[0] ?? '', 'sk-or-v1-test-of-an-attacker')]);
    expect((await world.run(world.provision)).code).toBe(0);
    const json = readFileSync(join(world.folder, 'keys.json'), 'utf8');
    expect(json).not.toContain('sk-or-v1-test-of-an-attacker');
    expect(JSON.parse(json).keys).toHaveLength(1);
    expect(world.server.liveKeys().filter(({ name }) => name.startsWith('W_Anda_Liepa_'))).toHaveLength(1);
    expectUntouched();
  });
});

describe('P5: a prefix means one workshop', () => {
  test('keys of a workshop whose prefix is longer are not those of the shorter one, journal or not', async () => {
    const world = await useWorld(2);
    const longer = world.provision.map((arg) => (arg === PREFIX ? 'W_B' : arg));
    await world.run(world.provision);
    await world.run(longer);
    const { code, stderr } = await world.run(['revoke', '--prefix', PREFIX, '--yes', ...FLAGS]);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('2 keys to delete') });
    expect(world.server.liveKeys().filter(({ name }) => name.startsWith('W_B_'))).toHaveLength(2);
    expect(world.server.liveKeys().filter(({ name }) => /^W_[^B]/.test(name))).toEqual([]);
  });

  test('keys that are only named like a workshop wait for another word', async () => {
    const world = await useWorld();
    await world.run(world.provision);
    const { expectUntouched } = strangers(world, 'W_of_another_program');
    const without = await world.run(['update', '--prefix', PREFIX, '--limit', '7', '--yes', ...FLAGS]);
    expect(without.code).toBe(0);
    expect(without.stderr).toContain(
      '1 key named like W, but not created by this workshop: W_of_another_program; left unchanged, add --also-unknown to include it',
    );
    expectUntouched();
    const list = await world.run(['list', '--prefix', PREFIX, ...FLAGS]);
    expect(list.stdout).toContain('1 key named like this, but not created by this workshop:');
    const all = await world.run(['update', '--prefix', PREFIX, '--limit', '8', '--also-unknown', '--yes', ...FLAGS]);
    expect(all.stdout).toContain('Changed 2 keys.');
  });

  test('on a computer without the journal all of them are such keys, and that is said', async () => {
    const world = await useWorld(2);
    const { expectUntouched } = strangers(world, 'OLD_Anda', 'OLD_Ilze');
    const refused = await world.run(['revoke', '--prefix', 'OLD', '--yes', ...FLAGS]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('no journal of OLD on this computer proves who created them');
    expectUntouched();
    expect((await world.run(['revoke', '--prefix', 'OLD', '--also-unknown', '--yes', ...FLAGS])).code).toBe(0);
    expect(world.server.liveKeys().filter(({ name }) => name.startsWith('OLD_'))).toEqual([]);
  });
});

describe('a live key is never disowned', () => {
  test('one that was renamed in the web page keeps its participant from a second key, is told, and can be taken back', async () => {
    const world = await useWorld();
    await world.run(world.provision);
    const [key] = world.server.liveKeys().filter(({ name }) => name.startsWith('W_Anda_'));
    world.server.account.updateKey(key?.hash ?? '', { name: 'Renamed by hand' });
    const again = await world.run(world.provision);
    expect(again.stdout).toContain('Created 0 keys; 1 has a key already');
    const revoked = await world.run(['revoke', '--prefix', PREFIX, '--yes', ...FLAGS]);
    expect(revoked.stdout + revoked.stderr).toContain('Renamed by hand was renamed outside orkeys');
    const command = /run: orkeys (update --hash \S+ --rename \S+)/.exec(revoked.stdout + revoked.stderr)?.[1] ?? '';
    expect((await world.run([...command.split(' '), '--yes', ...FLAGS])).code).toBe(0);
    expect((await world.run(['revoke', '--prefix', PREFIX, '--yes', ...FLAGS])).stdout).toContain('Deleted 1 key.');
    expect(world.server.liveKeys().filter(({ hash }) => hash === key?.hash)).toEqual([]);
  });
});

test('doctor tells of keys that bear a mark of a journal and were not created by it', async () => {
  const world = await useWorld();
  const { expectUntouched } = strangers(world, 'Prod_Billing_k7f3q2xw');
  plant(world, PREFIX, [intent('k7f3q2xw'), { type: 'absent', at: AT, tag: 'k7f3q2xw' }]);
  const { stdout } = await world.run(['doctor', '--prefix', PREFIX, ...FLAGS]);
  expect(stdout).toContain('Prod_Billing_k7f3q2xw');
  expectUntouched();
});

test('verify does not call a secret good that belongs to no key of the account', async () => {
  const world = await useWorld();
  const { data, key } = world.server.account.createKey({ name: 'Prod_Billing' });
  const [theirs] = [world.server.account.createKey({ name: 'Another' })];
  plant(world, PREFIX, [intent('k7f3q2xw'), created('k7f3q2xw', data.hash, theirs.key)]);
  const { code, stdout } = await world.run(['verify', '--json', ...FLAGS]);
  expect(code).toBe(3);
  expect(JSON.parse(stdout).keys).toMatchObject([{ verdict: 'foreign' }]);
  plant(world, PREFIX, [intent('k7f3q2xw'), created('k7f3q2xw', data.hash, key)]);
  expect(JSON.parse((await world.run(['verify', '--json', ...FLAGS])).stdout).keys).toMatchObject([
    { verdict: 'changed' },
  ]);
});
