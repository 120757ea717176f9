import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram, type RunningBuilt, startBuilt } from '../support/built-program.ts';
import { usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { joinedWorld, openSharedWorld } from './support/shared-world.ts';
import { openWorld, PREFIX, type WorkshopWorld, type WorldOptions } from './support/workshop-world.ts';

const server = usePostgres();
let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

const ADD = ['update', '--prefix', PREFIX, '--yes', '--rate', 'off', '--add-limit'];

/** Two people who each add to all limits: the second begins while the first has sent its first change. */
async function addBoth(open: (options: WorldOptions) => Promise<[WorkshopWorld, WorkshopWorld]>) {
  let onChange: (() => Promise<void>) | undefined;
  const [world, other] = await open({
    onEvent: async (at, { route }) => {
      if (at !== 'received' || !route.startsWith('PATCH')) return;
      const once = onChange;
      onChange = undefined;
      await once?.();
    },
  });
  expect((await world.run(world.provision)).code).toBe(0);
  let second: RunningBuilt | undefined;
  onChange = async () => {
    second = startBuilt(program, [...ADD, '2', '--wait', '60'], other);
    await expect.poll(() => second?.stderr(), { timeout: 30_000 }).toMatch(/using .+ Waiting 1 min at most\./);
  };
  const first = startBuilt(program, [...ADD, '1'], world);
  expect((await first.ended).code, first.stderr()).toBe(0);
  expect((await second?.ended)?.code, second?.stderr()).toBe(0);
  // The second looked again at what the first left.
  const limits = world.server.account
    .toJSON()
    .keys.flatMap(({ name, limit }) => (name.startsWith(`${PREFIX}_`) ? [limit] : []));
  expect(limits).toEqual([4, 4, 4]);
  for (const each of new Set([other, world])) await each.close();
}

describe('--wait: a run waits for another one', () => {
  test('in the same folder', async () => {
    await addBoth(async (options) => {
      const world = await openWorld(options);
      return [world, world];
    });
  }, 120_000);

  test.skipIf(WITHOUT_POSTGRES)(
    `in a shared workshop${WITHOUT_POSTGRES}`,
    async () => {
      await addBoth(async (options) => {
        const world = await openSharedWorld(server, options);
        return [world, await joinedWorld(world, 'Anna')];
      });
    },
    120_000,
  );
});
