import { expect, onTestFinished, test } from 'vitest';
import { checkEverybodyHasOne, openWorld } from '../proof/support/workshop-world.ts';
import { landsAfterRequests, resetAfterCommit } from '../support/faults.ts';

async function useWorld(people: number) {
  const world = await openWorld({ people });
  onTestFinished(() => world.close());
  return world;
}

test('who was refused is not asked for again while others are resolved in the same run', async () => {
  const world = await useWorld(2);
  world.server.setRules(({ route, body, nth }) => {
    if (route !== 'POST /keys') return undefined;
    if (body.includes('W_Anda_'))
      return { commit: 'never', status: 400, body: { error: { code: 400, message: 'no' } } };
    return nth <= 2 ? resetAfterCommit : undefined;
  });
  const { code, stdout } = await world.run(world.provision);
  expect({ code, stdout }).toMatchObject({ code: 3, stdout: expect.stringContaining('refused') });
  const posts = world.server.requests
    .filter(({ route }) => route === 'POST /keys')
    .map(({ name }) => name?.slice(0, 6));
  expect(posts.sort()).toEqual(['W_Anda', 'W_Pēte', 'W_Pēte']);
});

test('a key that two lists did not show, and that appears after all, is removed in the same run', async () => {
  const world = await useWorld(1);
  // Four requests make the two lists; the fifth is the create that replaces the lost one.
  world.server.setRules(({ route, nth }) => (route === 'POST /keys' && nth === 1 ? landsAfterRequests(5) : undefined));
  expect((await world.run(world.provision)).code).toBe(0);
  expect(world.server.requests.filter(({ route }) => route === 'POST /keys').map(({ committed }) => committed)).toEqual(
    [true, true],
  );
  await checkEverybodyHasOne(world);
});
