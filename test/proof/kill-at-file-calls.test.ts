import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { LONG } from './support/form.ts';
import { inWorld, KILLED, type Killed, killAtEach, PURGE, rerun, stepOf } from './support/killed-commands.ts';
import { strace, straceRefusal, tracing } from './support/strace.ts';
import { openWorld, type WorkshopWorld } from './support/workshop-world.ts';

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
      // strace counts each call apart.
      const calls = LONG ? ['pwrite64', 'fsync', 'fdatasync', 'rename', 'unlink'] : ['fdatasync', 'rename'];
      const made = await callsOf(command, calls);
      for (const call of calls) {
        const step = LONG ? 1 : call === 'rename' ? 2 : stepOf(command);
        const occasions = made.filter((each) => each === call).length;
        if (occasions > 0) await killAtEach(occasions, step, (nth) => killAtSyscall(command, call, nth));
      }
    },
    1_200_000,
  );
});

const refusal = straceRefusal();
test.skipIf(refusal !== undefined)(
  `purge killed at any rename${refusal ?? ''}: one more run leaves no secret, and everybody can get a new key`,
  async () => {
    const calls = LONG ? ['rename', 'fsync', 'unlink', 'rmdir'] : ['rename'];
    const made = await callsOf(PURGE, calls);
    for (const call of calls) {
      const occasions = made.filter((each) => each === call).length;
      if (occasions > 0) await killAtEach(occasions, 1, (nth) => killAtSyscall(PURGE, call, nth));
    }
  },
  1_200_000,
);

/** Which of these calls a run makes that nobody kills, in their order. */
async function callsOf(command: Killed, calls: readonly string[]): Promise<string[]> {
  const world = await openWorld();
  return inWorld(world, 'no call', async () => {
    await command.before?.(world);
    const trace = join(world.root, 'trace');
    const run = startBuilt(program, command.args(world), { ...optionsOf(world), under: tracing(calls.join(), trace) });
    expect((await run.ended).code, run.stderr()).toBe(0);
    expect(run.stderr()).not.toMatch(/strace/);
    await rerun(command, world, run.stdout());
    const made = [...readFileSync(trace, 'utf8').matchAll(/^(?:\d+ +)?(\w+)\(/gm)].map(([, call = '']) => call);
    expect(made).toContain(calls.includes('fdatasync') ? 'fdatasync' : 'rename');
    return made;
  });
}

async function killAtSyscall(command: Killed, calls: string, nth: number): Promise<boolean> {
  const world = await openWorld();
  return inWorld(world, `${calls} ${nth}`, async () => {
    await command.before?.(world);
    const under = strace(calls, `signal=KILL:when=${nth}`);
    const run = startBuilt(program, command.args(world), { ...optionsOf(world), under });
    const { code, signal } = await run.ended;
    const killed = signal === 'SIGKILL' || code === 137;
    if (!killed) expect(run.stderr(), 'of the run that passed clean').not.toMatch(/strace/);
    await rerun(command, world, run.stdout());
    return killed;
  });
}

/** strace counts for each thread apart, so there is one for files. */
function optionsOf({ cwd, env }: WorkshopWorld) {
  return { cwd, env: { ...env, UV_THREADPOOL_SIZE: '1' } };
}
