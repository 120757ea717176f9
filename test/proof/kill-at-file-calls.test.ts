import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { LONG } from './support/form.ts';
import { inWorld, KILLED, type Killed, rerun, stepOf, untilClean } from './support/killed-commands.ts';
import { strace, straceRefusal } from './support/strace.ts';
import { openWorld } from './support/workshop-world.ts';

let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

describe.each(KILLED)('$name', (command) => {
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
      await untilClean(stepOf(command), (nth) => killAtSyscall(command, 'fdatasync', nth));
      await untilClean(2, (nth) => killAtSyscall(command, 'rename', nth));
    },
    1_200_000,
  );
});

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
    await rerun(command, world, run.stdout());
    return killed;
  });
}
