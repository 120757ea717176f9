import { subtractUsd } from '../money.ts';

/** One value of a key's life-long counter that differs from the one before. Times are ms since the epoch. */
export interface Sample {
  /** when it was read */
  at: number;
  /** the reading before: it was spent between these two */
  after: number;
  /** USD over the key's life */
  usage: number;
}

const HOUR_MS = 3_600_000;

/**
 * Adds a reading to a key's samples, newest last. A counter that fell (the service corrected it) and a gap of more than an hour
 * (the computer slept) start anew: nobody knows when it was spent. `before`: time of the last complete reading.
 */
export function addSample(
  samples: readonly Sample[],
  reading: { at: number; usage: number },
  before?: number,
): Sample[] {
  const { at, usage } = reading;
  const last = samples.at(-1);
  if (!last || before === undefined || usage < last.usage || beginsAnew(at, before)) {
    return [{ at, after: at, usage }];
  }
  const kept = last.usage === usage ? [...samples] : [...samples, { at, after: before, usage }];
  // The last one from before the hour is what the hour is counted from.
  const first = kept.findLastIndex((sample) => sample.at <= at - HOUR_MS);
  return first > 0 ? kept.slice(first) : kept;
}

/** Whether nobody looked for so long that the last hour is not known. `before`: time of the last complete reading. */
export function beginsAnew(at: number, before: number | undefined): boolean {
  return before === undefined || at - before > HOUR_MS || at <= before;
}

/** USD spent in the hour before `at`; less than an hour where the samples begin later. */
export function spentInLastHour(samples: readonly Sample[], at: number): number | undefined {
  const until = samples.findLast((sample) => sample.at <= at);
  const [first] = samples;
  if (!until || !first) return undefined;
  return subtractUsd(until.usage, usageAt(samples, Math.max(first.at, at - HOUR_MS), first));
}

/** Between two readings the money is taken to flow evenly. */
function usageAt(samples: readonly Sample[], at: number, first: Sample): number {
  const index = samples.findLastIndex((sample) => sample.at <= at);
  const from = samples[index] ?? first;
  const next = samples[index + 1];
  if (!next || next.after >= at) return from.usage;
  return from.usage + ((next.usage - from.usage) * (at - next.after)) / (next.at - next.after);
}
