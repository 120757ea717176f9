import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { LONG } from './support/form.ts';
import { type Keeper, useKeepers } from './support/keepers.ts';
import { inWorld, KILLED, type Killed, killAtEach, rerun, stepOf } from './support/killed-commands.ts';
import { CAN_STOP, forget, keepStopped, type Moment, worldAfter } from './support/moment.ts';

const KEEPERS = useKeepers();
let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

/** In the short form, of a workshop in a database: these, and so many phases are left out between two. */
const SHORT_IN_DATABASE = new Map([
  ['provision', 9],
  ['rotate', 19],
  ['revoke', 19],
]);
const stepAt = ({ where }: Keeper, command: Killed) =>
  LONG || where === 'files' ? stepOf(command) : (SHORT_IN_DATABASE.get(command.name) ?? 0);

/** One run is stopped at each phase, and what a kill would leave there is kept; one kill shows that it is the same. The long form kills. */
const isStopped = ({ where }: Keeper) => CAN_STOP && !(LONG && where === 'files');

describe.each(KEEPERS)('with the journal $name', (keeper) => {
  const commands = KILLED.filter((command) => stepAt(keeper, command) > 0);
  // A statement to a database has phases as a request has: before the server gets it, and before its answer is seen.
  describe.skipIf(keeper.isLeftOut).each(commands)('$name', (command) => {
    test('killed at any phase of any request or statement: one more run mends all', async () => {
      if (isStopped(keeper)) {
        const events = await stopAtEach(keeper, command);
        expect((await killAtEvent(keeper, command, Math.ceil(events / 2))).killed).toBe(true);
        return;
      }
      const { killed, events } = await killAtEvent(keeper, command, Number.POSITIVE_INFINITY);
      expect(killed).toBe(false);
      const step = stepAt(keeper, command);
      await killAtEach(events, step, async (event) => (await killAtEvent(keeper, command, event)).killed);
    }, 1_200_000);
  });
});

async function stopAtEach(keeper: Keeper, command: Killed): Promise<number> {
  const step = stepAt(keeper, command);
  let keep: (() => Promise<void>) | undefined;
  let events = 0;
  let last: Promise<void> | undefined;
  const moments: (Moment & { told: string })[] = [];
  const inTurn = () => {
    last = (last ?? Promise.resolve()).then(() => keep?.());
    return last;
  };
  const world = await keeper.openWorld({ onEvent: inTurn, onStatement: inTurn });
  await inWorld(world, 'no event', async () => {
    await command.before?.(world);
    const run = startBuilt(program, command.args(world), world);
    keep = async () => {
      if (events % step === 0) {
        const moment = await keepStopped(run.child, world);
        moments.push({ ...moment, told: run.stdout() });
      }
      events += 1;
    };
    expect((await run.ended).code, run.stderr()).toBe(0);
    keep = undefined;
    await rerun(command, world, run.stdout());
    expect(moments).toHaveLength(Math.ceil(events / step));
    for (const [at, moment] of moments.entries()) {
      const after = await worldAfter(moment, world);
      await inWorld(after, `event ${at * step + 1}`, () => rerun(command, after, moment.told));
    }
  }).finally(() => moments.forEach(forget));
  return events;
}

async function killAtEvent(keeper: Keeper, command: Killed, nth: number) {
  let kill: (() => Promise<unknown>) | undefined;
  let events = 0;
  const onEvent = async () => {
    if (kill === undefined) return;
    events += 1;
    if (events === nth) await kill();
  };
  const world = await keeper.openWorld({ onEvent, onStatement: onEvent });
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
