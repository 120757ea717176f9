import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { Screen } from '../support/cli.ts';
import { type Fault, retyped, sameSecret, without } from '../support/faults.ts';
import { JSON_SHAPES } from '../support/json-shapes.ts';
import { CREATE_FAULTS, DELETE_FAULTS, DONE, LIST_FAULTS } from './fault-table.ts';
import { LONG } from './support/form.ts';
import { useKeepers } from './support/keepers.ts';
import {
  checkEverybodyHasOne,
  checkFolder,
  checkNobodyHasOne,
  checkOthers,
  checkPosts,
  openWorld,
  type WorkshopWorld,
  type WorldOptions,
} from './support/workshop-world.ts';

// One change at a time, so that it is certain which one a fault hits; hung answers are given up after 0.3 s.
const FLAGS = ['--concurrency', '1', '--timeout', '0.3', '--json'];

const KEEPERS = useKeepers();

describe.each(KEEPERS)('with the journal $name', (keeper) => {
  const isWhole = LONG || keeper.where === 'files';
  /** The short form takes some of the faults for a journal in a database. */
  const some = <T>(faults: readonly T[]) => faults.filter((_, at) => isWhole || at % 9 === 1);

  async function useWorld(options: WorldOptions = {}): Promise<WorkshopWorld> {
    const world = await keeper.openWorld({ people: 2, ...options });
    onTestFinished(() => world.close());
    return world;
  }

  describe.skipIf(keeper.isLeftOut)('a create', () => {
    test.each(some(CREATE_FAULTS))('%s', async (_, fault, ends) => {
      const world = await useWorld({
        rules: ({ route, nth }) => (route === 'POST /keys' && nth === 1 ? fault : undefined),
      });
      expect(endOf(await world.run([...world.provision, ...FLAGS]), world)).toBe(ends);
      checkPosts(world);
      await mends(world);
    });

    test.skipIf(!isWhole)('every create is turned away for ever with 429', async () => {
      const world = await useWorld({ rules: ({ route }) => (route === 'POST /keys' ? tooManyForEver : undefined) });
      expect(endOf(await world.run([...world.provision, ...FLAGS]), world)).toMatch(/^5 .* still refuses requests/);
      await mends(world);
    });

    test.skipIf(!isWhole)('every answer of a whole run is lost', async () => {
      const world = await useWorld({
        rules: ({ route }) => (route === 'POST /keys' ? { send: { how: 'reset' } } : undefined),
      });
      expect(endOf(await world.run([...world.provision, ...FLAGS]), world)).toMatch(/^3 .* closed the connection/);
      await mends(world);
    });

    test('the same secret comes for two people', async () => {
      const world = await useWorld({ people: 3 });
      world.server.setRules(({ route, nth }) =>
        route === 'POST /keys' && nth === 2 ? sameSecret(() => world.server.mintedSecrets()[0] ?? '') : undefined,
      );
      expect(endOf(await world.run([...world.provision, ...FLAGS]), world)).toBe(DONE);
      await mends(world);
    });

    test.each(some(KEY_FIELDS()))('an answer without or with another type of %s costs nothing', async (field) => {
      const odd = LONG ? ['odd', 7, { odd: true }] : ['odd'];
      const faults = [without(field), ...odd.map((value) => retyped(field, value))];
      // One answer for each person.
      const world = await useWorld({
        people: faults.length,
        rules: ({ route, nth }) => (route === 'POST /keys' ? faults[nth - 1] : undefined),
      });
      expect(endOf(await world.run([...world.provision, ...FLAGS]), world)).toBe(DONE);
      await mends(world);
    });
  });

  describe.skipIf(keeper.isLeftOut)('the list of keys', () => {
    test.each(some(LIST_FAULTS))('%s', async (_, fault, ends, times) => {
      const hits = (nth: number) => times === 'always' || nth === 1;
      const world = await useWorld({
        rules: ({ route, nth }) => (route === 'GET /keys' && hits(nth) ? fault : undefined),
      });
      expect(endOf(await world.run([...world.provision, ...FLAGS, '--retries', '2']), world)).toBe(ends);
      if (!ends.startsWith('0')) expect(world.server.postsPerTag().size).toBe(0);
      await mends(world);
    });

    test.skipIf(!isWhole)('a list that lags hides no key from the run after it', async () => {
      const world = await useWorld({ listLag: 3 });
      world.server.setRules(({ route, nth }) =>
        route === 'POST /keys' && nth === 1 ? { send: { how: 'reset' } } : undefined,
      );
      await world.run([...world.provision, ...FLAGS]);
      for (let look = 0; look < 4; look += 1) await world.run(['list', ...['--json']]);
      await mends(world);
    });
  });

  describe.skipIf(keeper.isLeftOut)('a revoke', () => {
    test.each(some(DELETE_FAULTS))('%s', async (_, fault, ends, times) => {
      const world = await useWorld();
      await world.run([...world.provision, ...FLAGS]);
      const hits = (nth: number) => times === 'always' || nth === 1;
      world.server.setRules(({ route, nth }) => (route === 'DELETE /keys/{hash}' && hits(nth) ? fault : undefined));
      expect(endOf(await world.run([...world.revoke, ...FLAGS, '--retries', '2']), world)).toBe(ends);
      checkOthers(world);
      world.server.setRules(() => undefined);
      expect(await world.run(world.revoke)).toMatchObject({ code: 0 });
      await checkNobodyHasOne(world);
    });
  });
});

test('the management key follows no redirect to another host', async () => {
  let asked = 0;
  const elsewhere = createServer((_, response) => {
    asked += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void elsewhere.close());
  const address = elsewhere.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const world = await openWorld({ people: 2 });
  onTestFinished(() => world.close());
  for (const status of [301, 302, 303, 307, 308] as const) {
    for (const path of ['/key', '/keys']) {
      const location = `http://127.0.0.1:${port}/api/v1${path}`;
      world.server.setRules((request) =>
        request.path.startsWith(path) ? { status, headers: { location }, body: '' } : undefined,
      );
      expect(endOf(await world.run([...world.provision, ...FLAGS]), world)).toMatch(
        /^5 .* The management key is not sent there/,
      );
    }
  }
  await mends(world);
  expect(asked).toBe(0);
});

const tooManyForEver: Fault = {
  status: 429,
  commit: 'never',
  headers: { 'retry-after': '1' },
  body: { error: { code: 429, message: 'Rate limit exceeded' } },
};

/** All is well again: one more run, and everybody has exactly one key. */
async function mends(world: WorkshopWorld): Promise<void> {
  world.server.setRules(() => undefined);
  world.server.land();
  const { code, stderr } = await world.run(world.provision);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  await checkEverybodyHasOne(world);
  checkFolder(world, world.hadProblems() ? ['problems.xlsx'] : []);
}

/** Exit code and the one sentence that says why: the error, else the first reason of somebody without a key. */
function endOf({ code, stdout, stderr }: Screen, { server }: WorkshopWorld): string {
  const error = stderr === '' ? undefined : JSON_SHAPES.error.parse(JSON.parse(stderr)).error;
  const result = stdout === '' ? {} : JSON.parse(stdout);
  if (stdout !== '') z.discriminatedUnion('command', [JSON_SHAPES.provision, JSON_SHAPES.revoke]).parse(result);
  const reasons = [...(result.keys ?? []), ...(result.changes ?? [])].map(({ reason }) => reason);
  const sentence = error?.message ?? reasons.find((reason) => reason) ?? (code === 0 ? 'done' : 'no reason');
  return `${code} ${sentence}`
    .replaceAll(new URL(server.url).host, '<host>')
    .replaceAll(/[0-9a-f]{64}/g, '<hash>')
    .replace(/pause of \d+ s/, 'pause of <n> s');
}

function KEY_FIELDS(): string[] {
  return 'hash name label disabled limit limit_remaining limit_reset include_byok_in_limit usage usage_daily usage_weekly usage_monthly byok_usage created_at updated_at expires_at creator_user_id workspace_id'.split(
    ' ',
  );
}
