import type { Chance } from './chance.ts';

/** A process whose every wait is a step; it dies at step `crashAt`, and then nothing of it ever moves again. */
export interface Process {
  /** Waits for its turn; turns come in an order that chance decides. */
  step(label: string): Promise<void>;
  /** steps so far */
  taken(): number;
  /** the last steps, for the report of a failure */
  trace: string[];
}

interface Waiting {
  label: string;
  wake(): void;
}

/** Runs `body` as a process until it ends or dies. */
export async function runProcess<T>(
  chance: Chance,
  crashAt: number,
  onStep: (step: number) => void,
  body: (process: Process) => Promise<T>,
): Promise<{ ended: T } | { threw: unknown } | { crashed: true }> {
  const waiting: Waiting[] = [];
  let steps = 0;
  const trace: string[] = [];
  const process: Process = {
    step: (label) => new Promise((wake) => waiting.push({ label, wake })),
    taken: () => steps,
    trace,
  };
  let result: { ended: T } | { threw: unknown } | undefined;
  body(process).then(
    (ended) => {
      result = { ended };
    },
    (threw: unknown) => {
      result = { threw };
    },
  );
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (result) return result;
    if (steps >= crashAt) return { crashed: true };
    const [next] = waiting.splice(chance.below(waiting.length), 1);
    if (!next) throw new Error(`Nothing moves any more after: ${trace.slice(-5).join(', ')}`);
    steps += 1;
    onStep(steps);
    trace.push(next.label);
    next.wake();
  }
}
