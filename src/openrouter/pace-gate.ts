import { createPace, ended, type PaceLimits, READ_COST, started, succeeded, turnedAway, waitForStart } from './pace.ts';

/** A call's leave to start. Exactly one of its ends must be told. */
interface Turn {
  ended(): void;
  succeeded(): void;
  /** halts every call for that long */
  turnedAway(haltMs: number): void;
}

export interface Gate {
  /** Waits for a turn; undefined when the client was stopped or the call dropped first. */
  enter(call: Arrival): Promise<Turn | undefined>;
}

interface Arrival {
  kind: 'read' | 'change';
  /** a repeated call goes before the others */
  again: boolean;
  dropped?: AbortSignal | undefined;
}

export interface GateOptions extends PaceLimits {
  now(): Date;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  stop: AbortSignal;
  /** the service asked for a pause; the user's own rate is nothing to tell */
  onWait(ms: number): void;
}

interface Waiting extends Arrival {
  resolve(turn: Turn | undefined): void;
}

/** The one door that every call of a client goes through: asks the pace, sleeps, lets in. */
export function createGate(options: GateOptions): Gate {
  const now = () => options.now().getTime();
  let pace = createPace(options, now());
  let sleeping = false;
  const queue: Waiting[] = [];

  options.stop.addEventListener('abort', () => {
    for (const waiting of queue.splice(0)) {
      waiting.resolve(undefined);
    }
  });

  function letIn(): void {
    while (!sleeping) {
      const next = queue[0];
      if (next?.dropped?.aborted === true) {
        queue.shift();
        next.resolve(undefined);
        continue;
      }
      const wait = next === undefined ? undefined : waitForStart(pace, now(), costOf(next));
      if (next === undefined || wait === undefined) {
        return;
      }
      if (wait > 0) {
        void rest(wait);
        return;
      }
      queue.shift();
      next.resolve(start(costOf(next)));
    }
  }

  async function rest(ms: number): Promise<void> {
    sleeping = true;
    if (pace.haltedUntil > now()) {
      options.onWait(ms);
    }
    await options.sleep(Math.ceil(ms), options.stop);
    sleeping = false;
    letIn();
  }

  function start(cost: number): Turn {
    const at = now();
    pace = started(pace, at, cost);
    return {
      ended() {
        pace = ended(pace, now());
        letIn();
      },
      succeeded() {
        pace = succeeded(pace, now(), at);
        letIn();
      },
      turnedAway(haltMs) {
        pace = turnedAway(pace, now(), at, haltMs);
        letIn();
      },
    };
  }

  return {
    enter(call) {
      if (options.stop.aborted) {
        return Promise.resolve(undefined);
      }
      return new Promise((resolve) => {
        const waiting = { ...call, resolve };
        if (call.again) {
          queue.unshift(waiting);
        } else {
          queue.push(waiting);
        }
        letIn();
      });
    },
  };
}

function costOf({ kind }: Arrival): number {
  return kind === 'read' ? READ_COST : 1;
}
