import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { resetAfterCommit } from '../support/faults.ts';
import { LONG } from './support/form.ts';
import { strace, straceRefusal } from './support/strace.ts';
import {
  checkEverybodyHasOne,
  checkFolder,
  checkNobodyHasOne,
  openWorld,
  type WorkshopWorld,
} from './support/workshop-world.ts';

/** A command that changes an account: what comes before it, and what has to be true once it was run again. */
interface Killed {
  name: string;
  args(world: WorkshopWorld): string[];
  before?(world: WorkshopWorld): Promise<unknown>;
  check(world: WorkshopWorld): Promise<void>;
}

const COMMANDS: Killed[] = [
  { name: 'provision', args: ({ provision }) => provision, check: checkEverybodyHasOne },
  {
    name: 'provision that settles what an earlier run left open',
    args: ({ provision }) => provision,
    before: async (world) => {
      world.server.setRules(({ route }) => (route === 'POST /keys' ? resetAfterCommit : undefined));
      await world.run(world.provision);
      world.server.setRules(() => undefined);
    },
    check: checkEverybodyHasOne,
  },
  {
    name: 'revoke',
    args: ({ revoke }) => revoke,
    before: (world) => world.run(world.provision),
    check: checkNobodyHasOne,
  },
];

let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

describe.each(COMMANDS)('$name', (command) => {
  test('killed at any phase of any request: one more run mends all', async () => {
    await untilClean(LONG ? 1 : command.name === 'provision' ? 1 : 3, (event) => killAtEvent(command, event));
  }, 1_200_000);

  const why = straceRefusal();
  test.skipIf(why !== undefined)(
    `killed at any fsync or rename${why ?? ''}: one more run mends all`,
    async () => {
      if (LONG) {
        // strace counts each call apart.
        for (const call of ['pwrite64', 'fsync', 'fdatasync', 'rename', 'unlink']) {
          await untilClean(1, (nth) => killAtSyscall(command, call, nth));
        }
        return;
      }
      await untilClean(1, (nth) => killAtSyscall(command, 'fdatasync', nth));
      await untilClean(2, (nth) => killAtSyscall(command, 'rename', nth));
    },
    1_200_000,
  );
});

/** Kills at the 1st, 2nd, 3rd … occasion until a run passes clean; `step` leaves some out. Two worlds at a time. */
async function untilClean(step: number, killAt: (nth: number) => Promise<boolean>): Promise<void> {
  let next = 1;
  let clean = false;
  let killed = 0;
  const worker = async () => {
    while (!clean) {
      const nth = next;
      next += step;
      if (await killAt(nth)) killed += 1;
      else clean = true;
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  expect(killed).toBeGreaterThan(0);
}

async function killAtEvent(command: Killed, nth: number): Promise<boolean> {
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
    await rerun(command, world);
    return signal === 'SIGKILL';
  });
}

async function killAtSyscall(command: Killed, calls: string, nth: number): Promise<boolean> {
  const world = await openWorld();
  return inWorld(world, `${calls} ${nth}`, async () => {
    await command.before?.(world);
    // strace counts for each thread apart, so there is one for files.
    const env = { ...world.env, UV_THREADPOOL_SIZE: '1' };
    const under = strace(calls, `signal=KILL:when=${nth}`);
    const run = startBuilt(program, command.args(world), { cwd: world.cwd, env, under });
    const { code, signal } = await run.ended;
    const killed = signal === 'SIGKILL' || code === 137;
    if (!killed) expect(run.stderr(), 'of the run that passed clean').not.toMatch(/strace/);
    await rerun(command, world);
    return killed;
  });
}

/** ONE more run, and all is well. */
async function rerun(command: Killed, world: WorkshopWorld): Promise<void> {
  const screen = await world.run(command.args(world));
  expect(screen).toMatchObject({ code: 0 });
  await command.check(world);
  checkFolder(world);
}

async function inWorld<T>(world: WorkshopWorld, where: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw new Error(`Killed at ${where}`, { cause: error });
  } finally {
    await world.close();
  }
}
