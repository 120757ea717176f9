import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type Fault,
  ignoredOffset,
  repeatedKeys,
  resetAfterCommit,
  shortPage,
  skippedKeys,
} from '../support/faults.ts';
import { checkEverybodyHasOne, checkOthers, openWorld, PREFIX, type WorkshopWorld } from './support/workshop-world.ts';

const WORKSHOP = ['--prefix', PREFIX, '--rate', 'off', '--yes'];
const COMMANDS: readonly (readonly string[])[] = [
  ['revoke', ...WORKSHOP],
  ['rotate', ...WORKSHOP],
  ['update', ...WORKSHOP, '--limit', '5'],
  ['sync', 'roster.csv', ...WORKSHOP, '--revoke-missing'],
];

/** Three people with keys, one of them in doubt, among 250 keys of others. */
async function useCrowd(): Promise<WorkshopWorld> {
  const world = await openWorld();
  onTestFinished(() => world.close());
  for (let n = 0; n < 250; n += 1) world.server.account.createKey({ name: `Z${n}` });
  // One answer is lost, and the list that could tell is out of reach.
  world.server.setRules(({ route, nth }) => {
    if (route === 'POST /keys' && nth === 1) return resetAfterCommit;
    return route === 'GET /keys' && nth > 5 ? { commit: 'never', send: { how: 'reset' } } : undefined;
  });
  await world.run(world.provision);
  world.server.setRules(() => undefined);
  return world;
}

const changes = ({ server }: WorkshopWorld) => server.requests.filter(({ method }) => method !== 'GET').length;
const foreign = ({ server }: WorkshopWorld) => server.liveKeys().filter(({ name }) => name.startsWith('Z'));

const NEVER_WHOLE: readonly (readonly [string, Fault])[] = [
  ['starts at the beginning whatever is asked for', ignoredOffset],
  ['ends after its first page', skippedKeys(500)],
  [
    'has entries without a hash',
    { edit: ({ data }) => ({ data: data.map(({ hash: _, ...rest }: { hash: string }) => rest) }) },
  ],
];

describe.each(NEVER_WHOLE)('a list that %s', (_, fault) => {
  test('is acted on by no command: exit 5, and nothing is sent that changes', async () => {
    const world = await useCrowd();
    const [sent, keys] = [changes(world), structuredClone(world.server.liveKeys())];
    world.server.setRules(({ route }) => (route === 'GET /keys' ? fault : undefined));
    for (const args of COMMANDS) {
      const { code, stderr } = await world.run(args);
      expect({ args, code, stderr }).toMatchObject({ code: 5, stderr: expect.stringContaining('is incomplete') });
    }
    expect(changes(world)).toBe(sent);
    // Who is in doubt stays so: nothing is swept, nobody gets a second key.
    expect((await world.run(world.provision)).code).toBe(3);
    expect(changes(world)).toBe(sent);
    expect(world.server.liveKeys()).toEqual(keys);
    // Somebody new may have a key that the list does not show, so nothing is made for anybody.
    world.writeRoster([0, 1, 2, 3]);
    const blind = await world.run(world.provision);
    expect(blind).toMatchObject({ code: 5, stderr: expect.stringContaining('is incomplete') });
    expect(changes(world)).toBe(sent);
    world.server.setRules(() => undefined);
    expect((await world.run(world.provision)).code).toBe(0);
    expect(foreign(world)).toHaveLength(250);
    for (const { hash } of foreign(world)) world.server.account.deleteKey(hash);
    await checkEverybodyHasOne(world);
  });
});

const MENDED: readonly (readonly [string, (world: WorkshopWorld) => Fault | undefined])[] = [
  [
    'shifts down, since keys are made meanwhile',
    ({ server }) => ({ before: () => void server.account.createKey({ name: 'Z' }) }),
  ],
  [
    'shifts up, since keys are deleted meanwhile',
    ({ server }) => ({
      before: () => {
        const last = foreign({ server } as WorkshopWorld).at(-1);
        if (last) server.account.deleteKey(last.hash);
      },
    }),
  ],
  ['has short pages', () => shortPage(70)],
  ['repeats a few keys', () => repeatedKeys(7)],
  ['repeats whole pages', () => repeatedKeys(99)],
  ['skips keys between its pages', () => skippedKeys(30)],
];

test.each(MENDED)('a list that %s is read whole', async (_, faultOf) => {
  const world = await useCrowd();
  world.server.setRules(({ route, nth }) => (route === 'GET /keys' && nth % 3 === 0 ? faultOf(world) : undefined));
  expect(await world.run(world.provision)).toMatchObject({ code: 0 });
  world.server.setRules(() => undefined);
  for (const { hash } of foreign(world)) world.server.account.deleteKey(hash);
  await checkEverybodyHasOne(world);
  checkOthers(world);
});
