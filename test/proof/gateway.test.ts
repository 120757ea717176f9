import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { compressed } from '../support/faults.ts';
import type { Rules } from '../support/faulty-server.ts';
import { checkEverybodyHasOne, checkFolder, checkOthers, openWorld } from './support/workshop-world.ts';

// What stands between us and OpenRouter changes answers: a company's gateway, an inspecting proxy.

async function useWorld(rules: Rules, people = 3) {
  const world = await openWorld({ people, rules });
  onTestFinished(() => world.close());
  return world;
}

test.each([
  ['gzip', (body: string) => gzipSync(body)],
  ['gzip, br', (body: string) => brotliCompressSync(gzipSync(body))],
])(
  'a gateway that compresses every answer with %s, unasked: everybody gets exactly one key',
  async (coding, compress) => {
    const world = await useWorld(() => compressed(coding, compress));
    expect((await world.run(world.provision)).code).toBe(0);
    await checkEverybodyHasOne(world);
    checkFolder(world);
  },
);

// Nobody knows this coding, so what it hides is lost.
const scrambled = compressed('x-scrambled', (body) => Buffer.from(Buffer.from(body).map((byte) => byte ^ 0xa5)));

test.each([[1], [3], [8]])(
  'a gateway that makes the answer to every create unreadable, for %i people: three keys are made, removed again, and no more; exit 5',
  async (people) => {
    const world = await useWorld(({ route }) => (route === 'POST /keys' ? scrambled : undefined), people);
    const { code, stderr } = await world.run([...world.provision, '--concurrency', '1', '--json']);
    expect(code).toBe(5);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'unreadable_answers',
      message: expect.stringMatching(/\(response: 201, application\/json, x-scrambled, \d+ bytes\)/),
    });
    expect(world.server.requests.filter(({ route }) => route === 'POST /keys')).toHaveLength(3);
    expect([...world.server.livingByPerson('W').keys()]).toEqual([]);
    checkOthers(world);
    world.server.setRules(() => undefined);
    expect((await world.run(world.provision)).code).toBe(0);
    await checkEverybodyHasOne(world);
  },
);

test('a list that the gateway makes unreadable too does not hide what happened; the next run removes what is left', async () => {
  const world = await useWorld(({ route, nth }) =>
    route === 'POST /keys' || (route === 'GET /keys' && nth > 2) ? scrambled : undefined,
  );
  const { code, stderr } = await world.run([...world.provision, '--json']);
  expect(code).toBe(5);
  expect(JSON.parse(stderr).error.code).toBe('unreadable_answers');
  world.server.setRules(() => undefined);
  expect((await world.run(world.provision)).code).toBe(0);
  await checkEverybodyHasOne(world);
});

test('a create whose answer repeats the management key gives nobody that key', async () => {
  const world = await useWorld(({ route, nth }) =>
    route === 'POST /keys' && nth === 1
      ? { edit: (body) => ({ ...body, key: world.server.managementKey }) }
      : undefined,
  );
  expect((await world.run(world.provision)).code).toBe(0);
  await checkEverybodyHasOne(world);
});
