import { describe, expect, test } from 'vitest';
import {
  createPace,
  ended,
  READ_COST,
  started,
  succeeded,
  turnedAway,
  waitForStart,
} from '../../src/openrouter/pace.ts';
import { type ServiceLimit, simulate } from './simulated-run.ts';

const OFF = Number.POSITIVE_INFINITY;
const SEEDS = Array.from({ length: 40 }, (_, at) => at + 1);
const RETRY_AFTER: [string, boolean][] = [
  ['with Retry-After', true],
  ['without Retry-After', false],
];

describe('step by step', () => {
  test('two calls may start, the third waits for an answer', () => {
    let pace = createPace({ concurrency: 8, ratePerSecond: OFF }, 0);
    pace = started(started(pace, 0, 1), 0, 1);
    expect(waitForStart(pace, 0)).toBeUndefined();
    expect(waitForStart(succeeded(pace, 250, 0), 250)).toBe(0);
  });

  test('with a concurrency of 1 calls go one by one', () => {
    const { mostInFlight } = simulate({ calls: 20, limits: { concurrency: 1, ratePerSecond: OFF } });
    expect(mostInFlight).toBe(1);
  });

  test('no more calls are in flight than the concurrency allows', () => {
    expect(simulate({ calls: 100, limits: { concurrency: 5, ratePerSecond: OFF } }).mostInFlight).toBe(5);
  });

  test('starts keep the distance of the user’s rate', () => {
    const { starts } = simulate({ calls: 30, limits: { concurrency: 8, ratePerSecond: 4 } });
    const distances = starts.slice(1).map((start, at) => start - (starts[at] ?? 0));
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(250);
  });

  test('a read takes a third of a start: three may start together, then all wait', () => {
    let pace = createPace({ concurrency: 8, ratePerSecond: 10 }, 1000);
    const waits = [];
    for (let read = 0; read < 4; read++) {
      waits.push(Math.round(waitForStart(pace, 1000, READ_COST) ?? Number.NaN));
      pace = succeeded(started(pace, 1000, READ_COST), 1000, 1000);
    }
    expect(waits).toEqual([0, 0, 0, 33]);
    expect(waitForStart(pace, 1000, 1)).toBeCloseTo(400 / 3);
  });

  test('idle time saves up no more than one start', () => {
    let pace = createPace({ concurrency: 8, ratePerSecond: 10 }, 0);
    const later = 60_000;
    for (let read = 0; read < 3; read++) pace = succeeded(started(pace, later, READ_COST), later, later);
    expect(waitForStart(pace, later, READ_COST)).toBeGreaterThan(10);
    expect(waitForStart(pace, later, 1)).toBeGreaterThanOrEqual(80);
  });

  test('a call that was turned away halts all starts for that long and halves what may be in flight', () => {
    let pace = createPace({ concurrency: 8, ratePerSecond: OFF }, 0);
    for (let call = 0; call < 4; call++) {
      pace = succeeded(started(pace, call * 100, 1), call * 100 + 50, call * 100);
    }
    const before = pace.window;
    const after = turnedAway(started(pace, 500, 1), 600, 500, 3000);
    expect(after.window).toBe(before / 2);
    expect(waitForStart(after, 600)).toBe(3000);
    expect(waitForStart(after, 3600)).toBe(0);
  });

  test('calls that were in flight together pull the brakes once', () => {
    let pace = createPace({ concurrency: 8, ratePerSecond: OFF }, 0);
    pace = started(started(pace, 0, 1), 10, 1);
    const once = turnedAway(pace, 250, 0, 1000);
    const twice = turnedAway(once, 260, 10, 2000);
    expect({ window: twice.window, rate: twice.rate }).toEqual({ window: once.window, rate: once.rate });
    expect(waitForStart(twice, 260)).toBe(2000);
  });

  test('a call that ended without an answer neither widens nor narrows the pace', () => {
    const pace = createPace({ concurrency: 8, ratePerSecond: OFF }, 0);
    expect(ended(started(pace, 0, 1), 5)).toMatchObject({ window: pace.window, rate: pace.rate, inFlight: 0 });
  });

  test('a clock that is set back by a day does not make a halt of a day', () => {
    const day = 86_400_000;
    let pace = createPace({ concurrency: 8, ratePerSecond: 10 }, day);
    pace = turnedAway(started(started(pace, day, 1), day, 1), day + 100, day, 2000);
    expect(waitForStart(ended(pace, 100), 100)).toBe(2000);
  });
});

describe('a service without a limit that takes 250 ms', () => {
  test('54 calls at 10 a second take at most 1.25 times what the rate takes', () => {
    const { wallMs } = simulate({ calls: 54, limits: { concurrency: 8, ratePerSecond: 10 } });
    expect(wallMs).toBeLessThan(1.05 * 5400);
  });

  test('54 calls as fast as 8 at once allow are 8 times faster than 19 s', () => {
    const { wallMs } = simulate({ calls: 54, limits: { concurrency: 8, ratePerSecond: 1000 } });
    expect(wallMs).toBeLessThan(19_000 / 8);
  });
});

describe('a service that bears 5 calls a second and 5 at once, 200 calls, no rate of the user', () => {
  test.each(RETRY_AFTER)('%s: at least 85 % of what it bears, at most 5 % refused, none lost', (_, retryAfter) => {
    const runs = SEEDS.map((seed) =>
      simulate({
        calls: 200,
        limits: { concurrency: 8, ratePerSecond: OFF },
        limitAt: () => ({ rate: 5, burst: 5 }),
        retryAfter,
        seed,
      }),
    );
    expect(Math.max(...runs.map((run) => run.wallMs))).toBeLessThan((200 - 5) / 5 / 0.9e-3);
    expect(Math.max(...runs.map((run) => run.refused.length / run.starts.length))).toBeLessThan(0.045);
    expect(runs.filter((run) => run.gaveUp > 0 || run.accepted.length !== 200)).toEqual([]);
  });
});

describe('a service whose limit drops to a fifth after 15 s', () => {
  const DROP = 15_000;
  const drops: [number, number][] = [
    [5, 1],
    [10, 2],
    [20, 4],
  ];
  test.each(drops.flatMap(([high, low]) => RETRY_AFTER.map(([how, told]) => [high, low, how, told] as const)))(
    'from %i to %i a second, %s: the same bounds 10 s later',
    (high, low, _, retryAfter) => {
      const limitAt = (ms: number): ServiceLimit =>
        ms < DROP ? { rate: high, burst: high } : { rate: low, burst: low };
      for (const seed of SEEDS) {
        const run = simulate({ calls: 400, limits: { concurrency: 8, ratePerSecond: OFF }, limitAt, retryAfter, seed });
        const late = (times: number[]) => times.filter((time) => time >= DROP + 10_000).length;
        const seconds = (run.wallMs - 250 - DROP - 10_000) / 1000;
        expect(late(run.accepted) / seconds / low).toBeGreaterThan(0.85);
        expect(late(run.refused) / late(run.starts)).toBeLessThan(0.05);
        expect(run.gaveUp).toBe(0);
      }
    },
  );
});

test('a service that recovers is used again', () => {
  const run = simulate({
    calls: 1000,
    limits: { concurrency: 8, ratePerSecond: OFF },
    limitAt: (ms) => (ms < 30_000 ? { rate: 2, burst: 2 } : { rate: 100, burst: 100 }),
  });
  const lastSecond = run.starts.filter((start) => start > run.wallMs - 1250).length;
  expect(lastSecond).toBeGreaterThan(20);
});

test('a service that turns everything away ends the calls after a bounded time', () => {
  const run = simulate({
    calls: 8,
    limits: { concurrency: 8, ratePerSecond: OFF },
    limitAt: () => ({ rate: 0, burst: 0 }),
    retryAfter: false,
  });
  expect(run.gaveUp).toBe(8);
  expect(run.wallMs).toBeLessThan(300_000);
});
