import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { LONG } from './support/form.ts';
import { inWorld, KILLED, type Killed, rerun } from './support/killed-commands.ts';
import { openSharedWorld } from './support/shared-world.ts';

const server = usePostgres();
let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

const COMMANDS = KILLED.filter(({ name }) => LONG || ['provision', 'rotate', 'revoke'].includes(name));
/** The short form leaves some occasions out. */
const stepOf = ({ name }: Killed, short: number) => (LONG ? 1 : name === 'provision' ? short : 2 * short);

// The journal is in a database, and what a killed run leaves there is its lock and perhaps a statement under way.
describe.skipIf(WITHOUT_POSTGRES).each(COMMANDS)(`$name of a shared workshop${WITHOUT_POSTGRES}`, (command) => {
  test('killed at any phase of any request to the account: one more run mends all', async () => {
    const { killed, events } = await killAtEvent(command, Number.POSITIVE_INFINITY);
    expect(killed).toBe(false);
    let kills = 0;
    const step = stepOf(command, 7);
    for (let nth = 1; nth <= events; nth += step) {
      if ((await killAtEvent(command, nth)).killed) kills += 1;
    }
    expect(kills).toBeGreaterThanOrEqual(Math.floor((events - 1) / step));
  }, 1_200_000);

  test.each(['before', 'after'] as const)(
    'killed %s any statement is done: one more run mends all',
    async (how) => {
      const { killed, statements } = await killAtStatement(command, Number.POSITIVE_INFINITY, how);
      expect(killed).toBe(false);
      let kills = 0;
      const step = stepOf(command, 6);
      for (let nth = how === 'before' ? 1 : 3; nth <= statements; nth += step) {
        if ((await killAtStatement(command, nth, how)).killed) kills += 1;
      }
      expect(kills).toBeGreaterThanOrEqual(Math.max(1, Math.floor((statements - 3) / step)));
    },
    1_200_000,
  );
});

async function killAtEvent(command: Killed, nth: number) {
  let kill: (() => Promise<unknown>) | undefined;
  let events = 0;
  const world = await openSharedWorld(server, {
    onEvent: async () => {
      if (kill === undefined) return;
      events += 1;
      if (events === nth) await kill();
    },
  });
  return inWorld(world, `event ${nth}`, async () => {
    await command.before?.(world);
    const run = startBuilt(program, command.args(world), world);
    kill = () => {
      run.child.kill('SIGKILL');
      return run.ended;
    };
    const { signal } = await run.ended;
    kill = undefined;
    await rerun(command, world, run.stdout());
    return { killed: signal === 'SIGKILL', events };
  });
}

async function killAtStatement(command: Killed, nth: number, how: 'before' | 'after') {
  const proxy = await startCuttingProxy(server.port);
  const world = await openSharedWorld(server, { port: proxy.port });
  return inWorld(world, `${how} statement ${nth}`, async () => {
    await command.before?.(world);
    const run = startBuilt(program, command.args(world), world);
    const statements = proxy.count('orkeys.');
    if (Number.isFinite(nth)) proxy.cutNth('orkeys.', nth, how, () => run.child.kill('SIGKILL'));
    const { signal } = await run.ended;
    const count = statements();
    await rerun(command, world, run.stdout());
    return { killed: signal === 'SIGKILL', statements: count };
  }).finally(() => proxy.close());
}
