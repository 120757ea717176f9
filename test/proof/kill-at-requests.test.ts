import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { inWorld, KILLED, type Killed, killAtEach, rerun, stepOf } from './support/killed-commands.ts';
import { openWorld } from './support/workshop-world.ts';

let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

describe.each(KILLED)('$name', (command) => {
  test('killed at any phase of any request: one more run mends all', async () => {
    const { killed, events } = await killAtEvent(command, Number.POSITIVE_INFINITY);
    expect(killed).toBe(false);
    await killAtEach(events, stepOf(command), async (event) => (await killAtEvent(command, event)).killed);
  }, 1_200_000);
});

async function killAtEvent(command: Killed, nth: number) {
  let kill: (() => Promise<unknown>) | undefined;
  let events = 0;
  const world = await openWorld({
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
