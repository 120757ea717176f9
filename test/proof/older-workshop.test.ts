import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openAccountFile } from '../../src/sandbox/state-file.ts';
import { orkeys, type Screen, temporaryFolder } from '../support/cli.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/workshop-0.1', import.meta.url));
const NOW = () => new Date('2026-12-01T09:00:00Z');
const PROVISION = ['provision', 'SUMMER_participants.csv', '--yes'];
/** The participants of the roster, in its order. */
const PEOPLE = ['Anda', 'Valdis', 'Zane', 'Jānis', 'Kārlis', 'Dace', 'Pēteris', 'Māra', 'Juris'];

interface SavedKey {
  name: string;
  key: string;
  limit: number | null;
  status: string;
  participant: { name: string } | null;
}

/** The workshops of version 0.1.0 where that version put them, on a computer of today. */
function useOlderWorkshop() {
  const root = temporaryFolder();
  const [cwd, home] = [join(root, 'work'), join(root, 'home')];
  const outRoot = join(cwd, 'output', 'sandbox');
  const folderOf = (prefix: string) => join(outRoot, prefix);
  for (const prefix of ['SUMMER', 'LAB']) cpSync(join(FIXTURE, prefix), folderOf(prefix), { recursive: true });
  for (const folder of [outRoot, folderOf('SUMMER'), folderOf('LAB')]) chmodSync(folder, 0o700);
  cpSync(join(FIXTURE, 'account.jsonl'), join(outRoot, 'account.jsonl'));
  cpSync(join(FIXTURE, 'SUMMER_participants.csv'), join(cwd, 'SUMMER_participants.csv'));
  mkdirSync(join(home, '.orkeys'), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256').update(folderOf('SUMMER')).digest('hex').slice(0, 12);
  cpSync(join(FIXTURE, 'rescued.jsonl'), join(home, '.orkeys', `rescued-${hash}-xirueyy6.jsonl`));
  const saved = (prefix = 'SUMMER'): SavedKey[] =>
    JSON.parse(readFileSync(join(folderOf(prefix), 'keys.json'), 'utf8')).keys;
  return {
    folderOf,
    saved,
    run: (...args: string[]): Promise<Screen> => {
      const local = ['export', 'journal'].includes(args[0] ?? '');
      return orkeys([...args, '--sandbox', ...(local ? [] : ['--rate', 'off'])], { cwd, home, now: NOW });
    },
    journal: (prefix = 'SUMMER') => readFileSync(join(folderOf(prefix), 'journal.jsonl'), 'utf8'),
    rescued: () => readdirSync(join(home, '.orkeys')).filter((name) => name.startsWith('rescued-')),
    /** what the account has, apart from what any file says */
    account: () => {
      const { account, close } = openAccountFile(join(outRoot, 'account.jsonl'), { now: NOW, random: () => unused() });
      const { keys, made } = account.toJSON();
      close();
      return { keys, made };
    },
    /** by participant of SUMMER: their keys on the account that work */
    working() {
      const { keys } = this.account();
      return Object.fromEntries(
        PEOPLE.map((name) => [
          name,
          keys.filter((key) => key.name.startsWith(`SUMMER_${name}_`) && !key.disabled).map((key) => key.hash),
        ]),
      );
    },
    /** every key of the account that works has its secret in the journal and in keys.json */
    expectNothingLost() {
      const current = saved().map(({ key }) => key);
      for (const [name, hashes] of Object.entries(this.working())) {
        for (const hash of hashes) {
          const secret = current.find((key) => hashOf(key) === hash);
          expect(secret, `the secret of ${name} in keys.json`).toBeDefined();
          expect(this.journal()).toContain(`"${secret}"`);
        }
      }
    },
  };
}

function unused(): never {
  throw new Error('an account that is only read needs no chance');
}

/** Every secret that version 0.1.0 received, except those of keys that were replaced or deleted. */
function secretsOfThen(): string[] {
  const files = ['SUMMER/journal.jsonl', 'LAB/journal.jsonl', 'rescued.jsonl'];
  const text = files.map((name) => readFileSync(join(FIXTURE, name), 'utf8')).join('\n');
  const replaced = [...text.matchAll(/"replaces":"([0-9a-f]{64})"/g)].map(([, hash]) => hash);
  const deleted = [...text.matchAll(/"type":"changed","hash":"([0-9a-f]{64})","action":"delete"/g)].map(
    ([, hash]) => hash,
  );
  const over = new Set([...replaced, ...deleted]);
  const secrets = [...text.matchAll(/"key":"(sk-or-v1-sandbox-[0-9a-f]{48})"/g)].map(([, key = '']) => key);
  return secrets.filter((secret) => !over.has(hashOf(secret)));
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

const oneEach = (exceptions: Record<string, number> = {}) =>
  Object.fromEntries(PEOPLE.map((name) => [name, exceptions[name] ?? 1]));
const count = (working: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(working).map(([name, hashes]) => [name, hashes.length]));

describe('a workshop of version 0.1.0', () => {
  test('is read: its keys have their owners, limits and spending', async () => {
    const world = useOlderWorkshop();
    const { code, stdout } = await world.run('list', '--prefix', 'SUMMER', '--json');
    const keys: { participant: { name: string } | null; limit: number; usage: number; status: string }[] =
      JSON.parse(stdout).keys;
    expect(code).toBe(0);
    expect(keys.map((key) => `${key.participant?.name ?? 'nobody'} ${key.limit} ${key.usage} ${key.status}`)).toEqual([
      'Anda 1 0.1 active',
      'Valdis 1 0.2 active',
      'Zane 1 0 active',
      'Jānis 1 0 active',
      'Jānis 1 0 disabled',
      'Kārlis 1 0 disabled',
      'Dace 2.5 0 active',
      'nobody 1 0 active',
      'nobody 1 0 active',
    ]);
    const shown = await world.run('show', 'v.veveris@example.org', '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ key: { usage: 0.2, participant: { name: 'Valdis' } } });
  });

  test('is verified: its journals are intact, and every saved key that should work does', async () => {
    const world = useOlderWorkshop();
    for (const prefix of ['SUMMER', 'LAB']) {
      expect((await world.run('journal', 'verify', prefix)).stdout).toContain('intact');
    }
    const { code, stdout } = await world.run('verify', '--enabled', '--prefix', 'SUMMER', '--json');
    expect({ code, works: JSON.parse(stdout).keys.map((key: { verdict: string }) => key.verdict) }).toEqual({
      code: 0,
      works: ['works', 'works', 'works', 'works', 'works'],
    });
  });

  test('a dry run plans exactly what is missing, and leaves every file as it is', async () => {
    const world = useOlderWorkshop();
    const before = world.journal();
    const { code, stdout } = await world.run(...PROVISION, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('delete orphaned key SUMMER_Māra_Lapiņa_3lffg7r7');
    expect(stdout).toContain('7 participants already have a key');
    expect({ journal: world.journal(), rescued: world.rescued().length }).toEqual({ journal: before, rescued: 1 });
  });

  test('is completed: the rescued secret comes home, what was unresolved is resolved, and nobody has two keys', async () => {
    const world = useOlderWorkshop();
    const { keys: before, made } = world.account();
    const journal = world.journal();
    expect((await world.run(...PROVISION)).code).toBe(0);
    expect(count(world.working())).toEqual(oneEach({ Kārlis: 0 }));
    world.expectNothingLost();
    expect(world.rescued()).toEqual([]);
    expect(world.account().made).toBe(made + 2);
    const gone = before.filter(({ hash }) => !world.account().keys.some((key) => key.hash === hash));
    expect(gone.map(({ name }) => name)).toEqual(['SUMMER_Māra_Lapiņa_3lffg7r7']);
    expect(world.journal().startsWith(journal)).toBe(true);
  });

  test('is completed by doctor too, which creates no key', async () => {
    const world = useOlderWorkshop();
    await world.run('doctor', '--prefix', 'SUMMER', '--yes');
    expect(count(world.working())).toEqual(oneEach({ Kārlis: 0, Māra: 0, Juris: 0 }));
    expect(world.rescued()).toEqual([]);
    expect(world.journal()).toMatch(/"type":"created","tag":"xirueyy6"/);
  });

  test('once completed, it is unchanged by a further run', async () => {
    const world = useOlderWorkshop();
    await world.run(...PROVISION);
    const before = [world.journal(), world.saved(), world.account()];
    expect((await world.run(...PROVISION)).code).toBe(0);
    expect([world.journal(), world.saved(), world.account()]).toEqual(before);
  });

  test.each([
    ['update', ['--limit', '5'], oneEach({ Kārlis: 0 })],
    ['rotate', [], oneEach({ Kārlis: 0 })],
    ['revoke', ['--disable'], oneEach(Object.fromEntries(PEOPLE.map((name) => [name, 0])))],
    ['revoke', [], oneEach(Object.fromEntries(PEOPLE.map((name) => [name, 0])))],
  ])('is changed by %s %j', async (command, flags, expected) => {
    const world = useOlderWorkshop();
    await world.run(...PROVISION);
    const { code } = await world.run(command, '--prefix', 'SUMMER', '--yes', '--enabled', ...flags);
    expect(code).toBe(0);
    expect(count(world.working())).toEqual(expected);
    world.expectNothingLost();
    if (command !== 'update') return;
    const living = world.account().keys.filter(({ name, disabled }) => name.startsWith('SUMMER_') && !disabled);
    expect(living.map(({ limit }) => limit)).toEqual(living.map(() => 5));
  });

  test('is changed before it is completed: the rescued secret and what is unresolved stay for the next run', async () => {
    const world = useOlderWorkshop();
    for (const [command, ...flags] of [['update', '--limit', '5'], ['rotate'], ['revoke', '--disable']] as const) {
      await world.run(command, '--email', 'anda@example.org', '--yes', ...flags);
    }
    expect((await world.run(...PROVISION)).code).toBe(0);
    expect(count(world.working())).toEqual(oneEach({ Anda: 0, Kārlis: 0 }));
    world.expectNothingLost();
  });

  test('an update that was killed halfway is finished, not made twice', async () => {
    const world = useOlderWorkshop();
    expect((await world.run('update', '--prefix', 'LAB', '--add-limit', '2', '--yes')).code).toBe(0);
    const limits = world.account().keys.filter(({ name }) => name.startsWith('LAB_'));
    expect(limits.map(({ limit }) => limit)).toEqual([3, 3]);
    expect(world.saved('LAB').map(({ limit }) => limit)).toEqual([3, 3]);
  });

  test('is exported: every secret whose key was neither replaced nor deleted is there, from the journal alone', async () => {
    const world = useOlderWorkshop();
    await world.run(...PROVISION);
    const saved = world.saved();
    for (const prefix of ['SUMMER', 'LAB']) {
      for (const name of ['keys.json', 'keys.xlsx']) rmSync(join(world.folderOf(prefix), name));
      expect((await world.run('export', prefix)).code).toBe(0);
      expect(readdirSync(world.folderOf(prefix))).toEqual(expect.arrayContaining(['keys.json', 'keys.xlsx']));
    }
    expect(world.saved()).toEqual(saved);
    const exported = [...world.saved(), ...world.saved('LAB')].map(({ key }) => key);
    expect(exported).toEqual(expect.arrayContaining(secretsOfThen()));
    expect(new Set(exported).size).toBe(exported.length);
  });
});
