import type { Gate } from './pace-gate.ts';
import { createQueryPace, queryStarted, waitForQuery } from './query-pace.ts';

export interface QueryGateOptions {
  /** the door that all calls go through, and queries too */
  gate: Gate;
  now(): Date;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  stop: AbortSignal;
  onWait(ms: number): void;
}

/** Shorter waits are the pace itself, and nothing to tell. */
const WORTH_TELLING_MS = 2000;

type Entered = Awaited<ReturnType<Gate['enter']>>;

/**
 * A door before the door, for queries. One at a time waits at the inner door, and counts from when it went through: were several let
 * in early, they would start together once a halt is over, and be too many for that minute.
 */
export function createQueryGate({ gate, now: clock, sleep, stop, onWait }: QueryGateOptions): Gate {
  const now = () => clock().getTime();
  let pace = createQueryPace(now());
  let busy = false;
  const queue: (() => Promise<void>)[] = [];

  async function letIn(): Promise<void> {
    if (busy) return;
    busy = true;
    for (let enter = queue.shift(); enter !== undefined; enter = queue.shift()) await enter();
    busy = false;
  }

  async function enterWhenDue(call: Parameters<Gate['enter']>[0]): Promise<Entered> {
    for (let ms = waitForQuery(pace, now()); ms > 0 && !stop.aborted; ms = waitForQuery(pace, now())) {
      if (ms > WORTH_TELLING_MS) onWait(ms);
      await sleep(Math.ceil(ms), stop);
    }
    const turn = await gate.enter(call);
    if (turn !== undefined) pace = queryStarted(pace, now());
    return turn;
  }

  return {
    enter: (call) =>
      new Promise((resolve) => {
        const enter = async () => resolve(await enterWhenDue(call));
        if (call.again) queue.unshift(enter);
        else queue.push(enter);
        void letIn();
      }),
  };
}
