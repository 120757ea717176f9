import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { resetAfterCommit } from '../../support/faults.ts';
import { LONG } from './form.ts';
import {
  checkEverybodyHasOne,
  checkEverybodyWorks,
  checkFolder,
  checkLimits,
  checkNobodyHasOne,
  checkOneWorksEach,
  checkPosts,
  PREFIX,
  readResults,
  type WorkshopWorld,
} from './workshop-world.ts';

/** A command that changes an account: what comes before it, and what has to be true once it was run again. */
export interface Killed {
  name: string;
  args(world: WorkshopWorld): string[];
  before?(world: WorkshopWorld): Promise<unknown>;
  /** true at the very moment of the kill */
  always?(world: WorkshopWorld): Promise<void>;
  /** how the one more run may end; 0 when absent */
  again?: readonly number[];
  check(world: WorkshopWorld): Promise<void>;
  /** the files that are there in the end; both when absent */
  results?: readonly string[];
  /** the first run had told that all is done: nobody runs it again, since that would mean once more */
  tells?: RegExp;
}

const WORKSHOP = ['--prefix', PREFIX, '--rate', 'off', '--yes'];

export const KILLED: readonly Killed[] = [
  { name: 'provision', args: ({ provision }) => provision, check: checkEverybodyHasOne },
  {
    name: 'provision that settles what an earlier run left open',
    args: ({ provision }) => provision,
    before: async (world) => {
      world.server.setRules(({ route }) => (route === 'POST /keys' ? resetAfterCommit : undefined));
      await world.run(world.provision);
      world.server.setRules(() => undefined);
    },
    check: checkEverybodyHasOne,
  },
  {
    name: 'revoke',
    args: ({ revoke }) => revoke,
    before: (world) => world.run(world.provision),
    check: checkNobodyHasOne,
  },
  {
    name: 'rotate',
    args: () => ['rotate', ...WORKSHOP],
    before: (world) => world.run(world.provision),
    always: checkEverybodyWorks,
    check: (world) => checkOneRotationEach(world, 'the old ones are deleted'),
    tells: /Rotated/,
  },
  {
    name: 'rotate with a time of grace',
    args: () => ['rotate', ...WORKSHOP, '--grace'],
    before: (world) => world.run(world.provision),
    always: checkEverybodyWorks,
    check: (world) => checkOneRotationEach(world, 'the old ones are disabled'),
    tells: /Rotated/,
  },
  {
    name: 'update --limit',
    args: () => ['update', ...WORKSHOP, '--limit', '2'],
    before: (world) => world.run(world.provision),
    always: checkEverybodyWorks,
    check: (world) => checkLimits(world, 2),
  },
  {
    name: 'update --add-limit',
    args: () => ['update', ...WORKSHOP, '--add-limit', '2'],
    before: (world) => world.run(world.provision),
    always: checkEverybodyWorks,
    check: (world) => checkLimits(world, 3),
    tells: /Changed/,
  },
  {
    name: 'create',
    args: () => ['create', 'Test', ...WORKSHOP],
    // 2: the re-run says that there is a key of that name.
    again: [0, 2],
    check: checkOneKeyNamedTest,
    results: ['keys.json'],
  },
  {
    name: 'sync',
    args: () => ['sync', 'roster.csv', ...WORKSHOP, '--limit', '2', '--revoke-missing'],
    before: async (world) => {
      await world.run(world.provision);
      world.writeRoster([0, 1, 3]);
    },
    check: (world) => checkLimits(world, 2),
  },
  {
    name: 'import',
    args: () => ['import', 'keys-1.json', '--roster', 'roster.csv', ...WORKSHOP],
    before: async (world) => {
      await world.run(world.provision);
      renameSync(join(world.folder, 'keys.json'), join(world.cwd, 'keys-1.json'));
      await world.startAnew();
    },
    check: async (world) => {
      await checkEverybodyHasOne(world);
      expect((await world.run(world.provision)).stdout).toContain('Created 0 keys');
      await checkEverybodyHasOne(world);
    },
  },
  {
    name: 'provision --per group',
    args: ({ provision }) => [...provision, '--per', 'group'],
    before: async (world) => world.writeGroups({ 'Galds 1': [0, 1], 'Galds 2': [2], Ābele: [3, 4] }),
    check: checkEverybodyHasOne,
  },
  {
    name: 'sync --per group: one renamed, one moved, one new, one gone',
    args: () => [
      ...['sync', 'roster.csv', ...WORKSHOP, '--per', 'group', '--limit', '2', '--revoke-missing'],
      ...['--same-group', 'Galds 1=Jaunais'],
    ],
    before: async (world) => {
      world.writeGroups({ 'Galds 1': [0, 1], 'Galds 2': [2], Ābele: [3, 4] });
      await world.run([...world.provision, '--per', 'group']);
      world.writeGroups({ Jaunais: [0, 1], Ābele: [3, 2], Liepa: [5] });
      // A key keeps its name when its group gets another.
      world.people.splice(0, 1, 'Galds_1');
    },
    check: (world) => checkLimits(world, 2),
  },
];

/** Sends no request that changes anything, so only calls for files can interrupt it in the middle. */
export const PURGE: Killed = {
  name: 'purge',
  args: () => ['purge', PREFIX, '--rate', 'off', '--yes'],
  before: async (world) => {
    await world.run(world.provision);
    await world.run(['handout', 'files', PREFIX]);
    copyFileSync(join(world.folder, 'journal.jsonl'), join(world.folder, 'journal-before-20260302T090000.jsonl'));
    await world.run(world.revoke);
  },
  check: checkNoSecretLeft,
  results: ['keys.json', 'keys.xlsx', 'handouts.jsonl'],
};

async function checkNoSecretLeft(world: WorkshopWorld): Promise<void> {
  const { journal, json } = await readResults(world);
  for (const text of [journal, json]) expect(text, 'journal and keys.json').not.toContain('sk-or-v1-sandbox-');
  const { code, stderr } = await world.run(['provision', ...world.provision.slice(1)]);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  await checkEverybodyHasOne(world);
}

/** Each key was replaced once, and the new one works. */
async function checkOneRotationEach(world: WorkshopWorld, fate: Parameters<typeof checkOneWorksEach>[1]) {
  await checkOneWorksEach(world, fate);
  const { journal } = await readResults(world);
  const saved = journal.split('"type":"created"').length - 1;
  expect(saved, 'keys saved in all').toBe(2 * world.people.length);
}

async function checkOneKeyNamedTest(world: WorkshopWorld): Promise<void> {
  const ours = world.server.liveKeys().filter(({ name }) => /^Test_[a-z2-7]{8}$/.test(name));
  expect(ours).toHaveLength(1);
  const { journal, json } = await readResults(world);
  for (const text of [journal, json]) expect(text, 'journal and keys.json').toContain(`"${ours[0]?.secret}"`);
  checkPosts(world);
}

/** The short form leaves some occasions out, where the long one does not. */
export function stepOf({ name }: Killed): number {
  return LONG || name === 'provision' ? 1 : 4;
}

/**
 * Kills at the 1st, 2nd, 3rd … of as many occasions as a run that passed clean had; `step` leaves some out. Three worlds at a time. The
 * last occasion may not come in each run, since requests are answered in any order.
 */
export async function killAtEach(
  occasions: number,
  step: number,
  killAt: (nth: number) => Promise<boolean>,
): Promise<void> {
  let next = 1;
  let killed = 0;
  const worker = async () => {
    while (next <= occasions) {
      const nth = next;
      next += step;
      if (await killAt(nth)) killed += 1;
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  expect(killed).toBeGreaterThanOrEqual(Math.max(1, Math.floor((occasions - 1) / step)));
}

/** ONE more run, and all is well. */
export async function rerun(command: Killed, world: WorkshopWorld, told: string): Promise<void> {
  await command.always?.(world);
  if (!command.tells?.test(told)) {
    const { code, stderr } = await world.run(command.args(world));
    expect(command.again ?? [0], stderr).toContain(code);
    checkFolder(world, [], command.results);
  }
  await command.check(world);
}

export async function inWorld<T>(world: WorkshopWorld, where: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw new Error(`Killed at ${where}`, { cause: error });
  } finally {
    await world.close();
  }
}
