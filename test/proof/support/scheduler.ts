import type { Chance } from './chance.ts';

/** A process whose every wait is a step; it dies at step `crashAt`, and then nothing of it ever moves again. */
export interface Process {
  /** Waits for its turn; turns come in an order that chance decides. */
  step(label: string): Promise<void>;
  /** Something outside that takes real time: nobody has a turn until it is done. */
  during<T>(work: Promise<T>): Promise<T>;
  /** steps so far */
  taken(): number;
  /** the last steps, for the report of a failure */
  trace: string[];
}

export type Ended<T> = { ended: T } | { threw: unknown } | { crashed: true };

/** One of the processes that run together. */
export interface Together<T> {
  crashAt: number;
  body(process: Process): Promise<T>;
  /** how many turns of others it stands still for, asked before each turn of its own; never when absent */
  pause?(): number;
}

/** Runs `body` as a process until it ends or dies. */
export async function runProcess<T>(
  chance: Chance,
  crashAt: number,
  onStep: (step: number) => void,
  body: (process: Process) => Promise<T>,
): Promise<Ended<T>> {
  const [result] = await runTogether(chance, [{ crashAt, body }], onStep);
  if (!result) throw new Error('There was nothing to run.');
  return result;
}

interface Started<T> extends Together<T> {
  waiting: { label: string; wake(): void }[];
  steps: number;
  trace: string[];
  /** turns that others have first */
  stands: number;
  result?: Ended<T>;
}

/** Runs processes side by side, one step at a time, until each has ended or died. `onStep` gets how many steps the process has taken. */
export async function runTogether<T>(
  chance: Chance,
  together: readonly Together<T>[],
  onStep: (step: number) => void,
): Promise<Ended<T>[]> {
  const outside = new Set<Promise<unknown>>();
  const all = together.map((each) => start(each, outside));
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (outside.size > 0) {
      await Promise.race(outside);
      continue;
    }
    const alive = all.filter((each) => {
      if (each.result === undefined && each.steps >= each.crashAt) each.result = { crashed: true };
      return each.result === undefined;
    });
    if (alive.length === 0) return all.flatMap(({ result }) => result ?? []);
    const [only] = alive;
    const next = alive.length === 1 && only ? only : chance.pick(awake(alive));
    for (const other of alive) if (other !== next && other.stands > 0) other.stands -= 1;
    const [step] = next.waiting.splice(chance.below(next.waiting.length), 1);
    if (!step) throw new Error(`Nothing moves any more after: ${next.trace.slice(-5).join(', ')}`);
    next.steps += 1;
    next.stands = next.pause?.() ?? 0;
    onStep(next.steps);
    next.trace.push(step.label);
    step.wake();
  }
}

/** Those that do not stand still; all where everybody does. */
function awake<T>(alive: readonly Started<T>[]): readonly Started<T>[] {
  const moving = alive.filter(({ stands }) => stands === 0);
  return moving.length > 0 ? moving : alive;
}

function start<T>(together: Together<T>, outside: Set<Promise<unknown>>): Started<T> {
  const started: Started<T> = { ...together, waiting: [], steps: 0, trace: [], stands: 0 };
  const process: Process = {
    step: (label) => new Promise((wake) => started.waiting.push({ label, wake })),
    during: async (work) => {
      const done = work.then(
        () => undefined,
        () => undefined,
      );
      outside.add(done);
      try {
        return await work;
      } finally {
        outside.delete(done);
      }
    },
    taken: () => started.steps,
    trace: started.trace,
  };
  together.body(process).then(
    (ended) => {
      started.result ??= { ended };
    },
    (threw: unknown) => {
      started.result ??= { threw };
    },
  );
  return started;
}
