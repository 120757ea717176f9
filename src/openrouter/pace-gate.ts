import { createPace, ended, type PaceLimits, READ_COST, started, succeeded, turnedAway, waitForStart } from './pace.ts';

/** A call's leave to start. Exactly one of its ends must be told. */
export interface Turn {
  ended(): void;
  succeeded(): void;
  /** halts every call for that long */
  turnedAway(haltMs: number): void;
}

export interface Gate {
  /** Waits for a turn; undefined when `stop` was aborted first. `again`: a repeated call goes before the others. */
  enter(kind: 'read' | 'change', again: boolean): Promise<Turn | undefined>;
}

export interface GateOptions extends PaceLimits {
  now(): Date;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  stop: AbortSignal;
  onWait(ms: number): void;
}

interface Waiting {
  cost: number;
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
      const wait = next === undefined ? undefined : waitForStart(pace, now());
      if (next === undefined || wait === undefined) {
        return;
      }
      if (wait > 0) {
        void rest(wait);
        return;
      }
      queue.shift();
      next.resolve(start(next.cost));
    }
  }

  async function rest(ms: number): Promise<void> {
    sleeping = true;
    options.onWait(ms);
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
    enter(kind, again) {
      if (options.stop.aborted) {
        return Promise.resolve(undefined);
      }
      return new Promise((resolve) => {
        const waiting = { cost: kind === 'read' ? READ_COST : 1, resolve };
        if (again) {
          queue.unshift(waiting);
        } else {
          queue.push(waiting);
        }
        letIn();
      });
    },
  };
}
