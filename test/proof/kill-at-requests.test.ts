import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { LONG } from './support/form.ts';
import { inWorld, KILLED, type Killed, killAtEach, rerun, stepOf } from './support/killed-commands.ts';
import { CAN_STOP, forget, keepStopped, type Moment, worldAfter } from './support/moment.ts';
import { openWorld } from './support/workshop-world.ts';

let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

// In the short form one run is stopped at each phase, and what a kill would leave there is kept; one kill shows that it is the same.
describe.each(KILLED)('$name', (command) => {
  test('killed at any phase of any request: one more run mends all', async () => {
    if (CAN_STOP && !LONG) {
      const events = await stopAtEach(command);
      expect((await killAtEvent(command, Math.ceil(events / 2))).killed).toBe(true);
      return;
    }
    const { killed, events } = await killAtEvent(command, Number.POSITIVE_INFINITY);
    expect(killed).toBe(false);
    await killAtEach(events, stepOf(command), async (event) => (await killAtEvent(command, event)).killed);
  }, 1_200_000);
});

async function stopAtEach(command: Killed): Promise<number> {
  let keep: (() => void) | undefined;
  let events = 0;
  const moments: Moment[] = [];
  const world = await openWorld({ onEvent: () => keep?.() });
  await inWorld(world, 'no event', async () => {
    await command.before?.(world);
    const run = startBuilt(program, command.args(world), world);
    keep = () => {
      if (events % stepOf(command) === 0) moments.push(keepStopped(run.child, world));
      events += 1;
    };
    expect((await run.ended).code, run.stderr()).toBe(0);
    keep = undefined;
    await rerun(command, world, run.stdout());
    expect(moments).toHaveLength(Math.ceil(events / stepOf(command)));
    for (const [at, moment] of moments.entries()) {
      const after = await worldAfter(moment, world);
      await inWorld(after, `event ${at * stepOf(command) + 1}`, () => rerun(command, after, ''));
    }
  }).finally(() => moments.forEach(forget));
  return events;
}

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
