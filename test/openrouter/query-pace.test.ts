import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Gate } from '../../src/openrouter/pace-gate.ts';
import { createQueryGate } from '../../src/openrouter/query-gate.ts';
import { createQueryPace, type QueryPace, queryStarted, waitForQuery } from '../../src/openrouter/query-pace.ts';

const MINUTE = 60_000;

/** When queries start that are wanted at these moments. */
function startsOf(wanted: readonly number[], before: QueryPace = createQueryPace(wanted[0] ?? 0)) {
  let pace = before;
  let now = 0;
  return wanted.map((at) => {
    now = Math.max(now, at);
    now += Math.ceil(waitForQuery(pace, now));
    pace = queryStarted(pace, now);
    return now;
  });
}

function mostInAMinute(starts: readonly number[]): number {
  return Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + MINUTE).length));
}

describe('at most 60 queries start in any minute', () => {
  test('whenever they are wanted', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20_000), { minLength: 1, maxLength: 400, size: 'max' }), (pauses) => {
        let at = 0;
        const wanted = pauses.map((pause, index) => {
          at += index % 40 === 0 ? pause : pause % 40;
          return at;
        });
        const starts = startsOf(wanted);
        expect(mostInAMinute(starts)).toBeLessThanOrEqual(60);
        expect(starts.every((start, index) => start >= (wanted[index] ?? 0))).toBe(true);
      }),
      { seed: 64, numRuns: 100 },
    );
  });

  test('57 queries for 10,000 people take 47 s: ten at once, then one a second', () => {
    const starts = startsOf(Array.from({ length: 57 }, () => 0));
    expect(starts.slice(0, 12)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1000, 2000]);
    expect(starts.at(-1)).toBe(47_000);
  });

  test('300 at once use each minute in full', () => {
    const starts = startsOf(Array.from({ length: 300 }, () => 0));
    expect(mostInAMinute(starts)).toBe(60);
    expect(starts.at(-1)).toBeLessThanOrEqual(5 * MINUTE);
  });

  test('a clock that is set back by a day stops nothing for a day', () => {
    let pace = createQueryPace(24 * 60 * MINUTE);
    for (let query = 0; query < 60; query++) pace = queryStarted(pace, 24 * 60 * MINUTE);
    expect(waitForQuery(pace, 5)).toBe(MINUTE);
    expect(waitForQuery(queryStarted(pace, 5), 5 + MINUTE)).toBe(0);
  });
});

/** A gate of all calls that opens when told, and a clock that moves only while somebody sleeps. */
function world() {
  let clock = 0;
  const waiting: (() => void)[] = [];
  let open = true;
  const starts: number[] = [];
  const told: number[] = [];
  const stop = new AbortController();
  const gate: Gate = {
    enter: async () => {
      if (!open) await new Promise<void>((resolve) => waiting.push(resolve));
      if (stop.signal.aborted) return undefined;
      starts.push(clock);
      return { ended() {}, succeeded() {}, turnedAway() {} };
    },
  };
  const queryGate = createQueryGate({
    gate,
    now: () => new Date(clock),
    sleep: async (ms) => {
      clock += ms;
    },
    stop: stop.signal,
    onWait: (ms) => told.push(ms),
  });
  return {
    starts,
    told,
    stop,
    enter: (again = false) => queryGate.enter({ kind: 'read', again }),
    halt: () => {
      open = false;
    },
    goOn: (ms: number) => {
      clock += ms;
      open = true;
      for (const each of waiting.splice(0)) each();
    },
  };
}

describe('the door of queries', () => {
  test('after a halt of all calls those that waited do not start together', async () => {
    const { enter, halt, goOn, starts } = world();
    halt();
    const all = Promise.all(Array.from({ length: 130 }, () => enter()));
    await new Promise(setImmediate);
    goOn(5 * MINUTE);
    await all;
    expect(mostInAMinute(starts)).toBeLessThanOrEqual(60);
    expect(starts).toHaveLength(130);
  });

  test('a query that is asked again goes before the others', async () => {
    const { enter } = world();
    const order: string[] = [];
    const note = (name: string) => () => order.push(name);
    const others = [enter().then(note('first')), enter().then(note('second')), enter().then(note('third'))];
    await Promise.all([...others, enter(true).then(note('again'))]);
    expect(order).toEqual(['first', 'again', 'second', 'third']);
  });

  test('only long waits are told, and none after an interrupt', async () => {
    const { enter, told, stop, starts } = world();
    await Promise.all(Array.from({ length: 61 }, () => enter()));
    expect(told).toEqual([10_000]);
    stop.abort();
    expect(await enter()).toBeUndefined();
    expect(starts).toHaveLength(61);
  });
});
