import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { joinedWorld, journalOf, openSharedWorld } from './support/shared-world.ts';
import { checkEverybodyHasOne, checkPosts } from './support/workshop-world.ts';

const server = usePostgres();
let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

const EXPIRE = `UPDATE orkeys.lock SET held_until = now() - interval '1 s' WHERE held_until IS NOT NULL`;
const CAN_STOP = process.platform !== 'win32';
const WITHOUT_STOP = CAN_STOP ? '' : ' (left out: Windows cannot stop a process)';

describe.skipIf(WITHOUT_POSTGRES)(`runs on several computers at the same time${WITHOUT_POSTGRES}`, () => {
  test.each([2, 3, 8])(
    '%i people provision one workshop: nobody gets a second key, the others are told who runs',
    async (count) => {
      const world = await openSharedWorld(server, { people: 5 });
      const others = await Promise.all(Array.from({ length: count - 1 }, (_, n) => joinedWorld(world, `Person ${n}`)));
      const runs = [world, ...others].map((each) => startBuilt(program, each.provision, each));
      const ended = await Promise.all(runs.map(({ ended }) => ended));
      const codes = ended.map(({ code }) => code);
      expect(
        codes.every((code) => code === 0 || code === 7),
        runs.map((run) => run.stderr()).join('\n'),
      ).toBe(true);
      expect(codes).toContain(0);
      for (const [at, code] of codes.entries()) {
        if (code === 7)
          expect(runs[at]?.stderr()).toMatch(
            /Error: \S.* \(orkeys provision on .+\) has been using the shared workshop W since/,
          );
      }
      for (const each of others) expect((await each.run(each.provision)).code).toBe(0);
      expect((await world.run(world.provision)).code).toBe(0);
      for (const each of [world, ...others]) await checkEverybodyHasOne(each);
      for (const each of others) await each.close();
      await world.close();
    },
    120_000,
  );
});

describe.skipIf(WITHOUT_POSTGRES || !CAN_STOP)(
  `a run that sleeps past the end of its lock${WITHOUT_POSTGRES}${WITHOUT_STOP}`,
  () => {
    test.each([
      ['before it sends anything', 'GET /keys', 'received'],
      ['when a create is on its way', 'POST /keys', 'received'],
      ['when a key was made and its answer is on its way', 'POST /keys', 'committed'],
    ])(
      '%s: another takes over, and when it wakes up nobody has two keys',
      async (_, route, phase) => {
        let asleep: (() => Promise<void>) | undefined;
        const world = await openSharedWorld(server, {
          onEvent: async (at, request) => {
            if (at !== phase || request.route !== route || asleep === undefined) return;
            const sleep = asleep;
            asleep = undefined;
            await sleep();
          },
        });
        const other = await joinedWorld(world, 'Anna');
        const run = startBuilt(program, world.provision, world);
        let taken = 0;
        asleep = async () => {
          run.child.kill('SIGSTOP');
          server.sql(EXPIRE, world.database);
          const { code, stderr } = await other.run(other.provision);
          expect(code, stderr).toBe(0);
          taken = world.server.requests.length;
          run.child.kill('SIGCONT');
        };
        expect((await run.ended).code, run.stderr()).toBe(7);
        expect(run.stderr()).toMatch(
          /Anna \(orkeys provision on .+\) took the shared workshop W over|Another run took the shared workshop W over/,
        );
        // What was past its check already may leave late; the journal knows each such key by its tag, and its own run removes it.
        const journal = await journalOf(world);
        for (const { route: late, tag } of world.server.requests.slice(taken)) {
          if (late === 'POST /keys') expect(journal).toContain(`"tag":"${tag}"`);
          else expect(late).toMatch(/^(?:GET|DELETE) /);
        }
        await checkEverybodyHasOne(other);
        expect((await world.run(world.provision)).code).toBe(0);
        await checkEverybodyHasOne(world);
        checkPosts(world);
        await other.close();
        await world.close();
      },
      60_000,
    );
  },
);
