import { toAnswer } from '../../src/openrouter/answer.ts';
import {
  createPace,
  type PaceLimits,
  started,
  succeeded,
  turnedAway,
  waitForStart,
} from '../../src/openrouter/pace.ts';
import { decideRetry } from '../../src/openrouter/retry.ts';

/** A service that bears so much: a bucket of `burst` tokens, refilled at `rate` a second. */
export interface ServiceLimit {
  rate: number;
  burst: number;
}

export interface Simulation {
  calls: number;
  limits: PaceLimits;
  /** the limit at a moment, milliseconds from the start */
  limitAt?: (ms: number) => ServiceLimit;
  retryAfter?: boolean;
  latencyMs?: number;
  seed?: number;
}

interface InFlight {
  at: number;
  startedAt: number;
  attempt: number;
  refused: boolean;
}

/** Plays a run on a clock of its own. Times are milliseconds from the start. */
export function simulate({ calls, limits, limitAt, retryAfter = true, latencyMs = 250, seed = 1 }: Simulation) {
  let random = seed;
  const chance = () => {
    random = (random * 48271) % 2147483647;
    return random / 2147483647;
  };
  let now = 0;
  let pace = createPace(limits, now);
  let tokens = limitAt?.(0).burst ?? 0;
  let refilledAt = 0;
  let gaveUp = 0;
  let mostInFlight = 0;
  const starts: number[] = [];
  const accepted: number[] = [];
  const refused: number[] = [];
  const queue = Array.from({ length: calls }, () => 1);
  let flights: InFlight[] = [];

  function admits(): boolean {
    if (limitAt === undefined) {
      return true;
    }
    const { rate, burst } = limitAt(now);
    tokens = Math.min(burst, tokens + ((now - refilledAt) / 1000) * rate);
    refilledAt = now;
    if (tokens < 1) {
      return false;
    }
    tokens -= 1;
    return true;
  }

  while (queue.length > 0 || flights.length > 0) {
    const wait = queue.length === 0 ? undefined : waitForStart(pace, now);
    const nextEnd = Math.min(...flights.map((flight) => flight.at));
    if (wait === 0) {
      pace = started(pace, now, 1);
      const ok = admits();
      (ok ? accepted : refused).push(now);
      starts.push(now);
      flights.push({ at: now + latencyMs, startedAt: now, attempt: queue.shift() ?? 1, refused: !ok });
      mostInFlight = Math.max(mostInFlight, flights.length);
    } else if (wait !== undefined && now + wait < nextEnd) {
      now += Math.ceil(wait);
    } else {
      now = nextEnd;
      const done = flights.find((flight) => flight.at === now);
      flights = flights.filter((flight) => flight !== done);
      if (done?.refused) {
        const { rate } = limitAt?.(now) ?? { rate: 1 };
        const decision = decideRetry({
          method: 'POST',
          outcome: toAnswer(
            {
              status: 429,
              headers: retryAfter ? { 'retry-after': String(Math.ceil(1 / rate)) } : {},
              text: '{"error":{"code":429,"message":"slow"}}',
            },
            String,
          ),
          attempt: done.attempt,
          retries: 5,
          elapsedMs: 0,
          now: new Date(now),
          random: chance(),
        });
        pace = turnedAway(pace, now, done.startedAt, decision.retry ? decision.afterMs : 0);
        if (decision.retry) {
          queue.unshift(done.attempt + 1);
        } else {
          gaveUp += 1;
        }
      } else {
        pace = succeeded(pace, now, done?.startedAt ?? now);
      }
    }
  }
  return { wallMs: now, starts, accepted, refused, gaveUp, mostInFlight, pace };
}
