import { describe, expect, test } from 'vitest';
import { type Answer, type Failure, toAnswer } from '../../src/openrouter/answer.ts';
import type { Method } from '../../src/openrouter/exchange.ts';
import { decideRetry, type Try } from '../../src/openrouter/retry.ts';

const API_ERROR = '{"error":{"code":429,"message":"slow down"}}';
const answered = (status: number, text = API_ERROR, headers = {}): Answer =>
  toAnswer({ status, headers, text }, String);
const cut = (reason: Failure['reason']): Answer =>
  toAnswer({ status: 200, headers: {}, text: '{"data":[', cut: reason }, String);
const failed = (reason: Failure['reason'], written: boolean): Failure => ({ kind: 'failure', reason, written });
const made = (method: Method, outcome: Answer | Failure, more: Partial<Try> = {}): Try => ({
  method,
  outcome,
  attempt: 1,
  retries: 5,
  elapsedMs: 0,
  now: new Date('2026-01-05T09:00:00Z'),
  random: 0.5,
  ...more,
});

describe('what is sent again', () => {
  const rows: [string, Answer | Failure, boolean, boolean][] = [
    // outcome, POST again?, GET, PATCH and DELETE again?
    ['name not resolved', failed('dns', false), true, true],
    ['connection refused', failed('connect', false), true, true],
    ['handshake failed', failed('tls', false), true, true],
    ['proxy failed', failed('proxy', false), true, true],
    ['no connection in time', failed('timeout', false), true, true],
    ['certificate not trusted', failed('certificate', false), false, false],
    ['certificate expired', failed('certificate_expired', false), false, false],
    ['certificate for another name', failed('certificate_name', false), false, false],
    ['stopped before the start', failed('stopped', false), false, false],
    ['reset after a byte was written', failed('closed', true), false, true],
    ['no answer in time', failed('timeout', true), false, true],
    ['no HTTP', failed('protocol', true), false, true],
    ['stopped in flight', failed('stopped', true), false, false],
    ['429 in JSON', answered(429), true, true],
    ['503 in JSON', answered(503), true, true],
    ['429 as a page', answered(429, '<html>'), false, true],
    ['503 as a page', answered(503, '<html>'), false, true],
    ['503 with an empty body', answered(503, ''), false, true],
    ['503 in JSON of another shape', answered(503, '{"message":"no"}'), false, true],
    ['429 whose body was cut', { ...answered(429, API_ERROR.slice(0, 20)), cut: 'closed' }, false, true],
    ['a body that was cut', cut('closed'), false, true],
    ['a body that is too big', cut('too_big'), false, false],
    ...[408, 500, 502, 504, 520, 522, 524, 529].map((status): (typeof rows)[number] => [
      String(status),
      answered(status),
      false,
      true,
    ]),
    ...[200, 201, 204, 301, 302, 307, 308, 400, 401, 402, 403, 404, 409, 422, 501].map(
      (status): (typeof rows)[number] => [String(status), answered(status), false, false],
    ),
  ];
  test.each(rows)('%s', (name, outcome, post, others) => {
    expect(decideRetry(made('POST', outcome)).retry).toBe(post);
    // 408 from the service itself: the query needs too long.
    expect(decideRetry(made('POST', outcome, { query: true })).retry).toBe(others && name !== '408');
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      expect(decideRetry(made(method, outcome)).retry).toBe(others);
    }
  });

  test('a query that something in between gave up on', () => {
    expect(decideRetry(made('POST', answered(408, '<html>'), { query: true })).retry).toBe(true);
  });

  test('a success that holds no JSON is asked for again', () => {
    expect(decideRetry(made('GET', answered(200, '{"da'))).retry).toBe(true);
    expect(decideRetry(made('POST', answered(200, '{"da'), { query: true })).retry).toBe(true);
    expect(decideRetry(made('POST', answered(200, '{"da'))).retry).toBe(false);
  });
});

describe('when it is sent again', () => {
  test.each([
    [1, 0, 0],
    [1, 0.5, 250],
    [2, 0.5, 500],
    [3, 0.5, 1000],
    [5, 1, 8000],
    [9, 1, 30_000],
  ])('after failure %i with chance %f: %i ms', (attempt, random, afterMs) => {
    const decision = decideRetry(made('GET', failed('connect', false), { attempt, random, retries: 10 }));
    expect(decision).toEqual({ retry: true, afterMs, everyone: false });
  });

  test.each([
    [1, 0, 500],
    [1, 1, 1000],
    [3, 0.5, 3000],
  ])(
    'after 429 number %i without a word on when, with chance %f: everyone halts for %i ms',
    (attempt, random, afterMs) => {
      expect(decideRetry(made('GET', answered(429), { attempt, random }))).toEqual({
        retry: true,
        afterMs,
        everyone: true,
      });
    },
  );

  test.each([
    ['3', 3000],
    ['120', 120_000],
    ['Mon, 05 Jan 2026 09:00:05 GMT', 5000],
    ['Mon, 05 Jan 2026 08:00:00 GMT', 0],
    ['garbage', 750],
  ])('after 429 with Retry-After %s: everyone halts for %i ms', (retryAfter, afterMs) => {
    const decision = decideRetry(made('POST', answered(429, API_ERROR, { 'retry-after': retryAfter })));
    expect(decision).toEqual({ retry: true, afterMs, everyone: true });
  });
});

describe('when it is given up', () => {
  test('the service asks for more than two minutes', () => {
    const decision = decideRetry(made('GET', answered(429, API_ERROR, { 'retry-after': '86400' })));
    expect(decision).toEqual({ retry: false, askedMs: 86_400_000 });
  });

  test('the attempts are used up', () => {
    expect(decideRetry(made('GET', answered(429), { attempt: 6 })).retry).toBe(false);
    expect(decideRetry(made('GET', answered(429), { attempt: 5 })).retry).toBe(true);
  });

  test('the call would take more than five minutes', () => {
    const outcome = answered(429, API_ERROR, { 'retry-after': '100' });
    expect(decideRetry(made('GET', outcome, { elapsedMs: 199_000 })).retry).toBe(true);
    expect(decideRetry(made('GET', outcome, { elapsedMs: 201_000 })).retry).toBe(false);
  });

  test('the service did not answer in time twice', () => {
    expect(decideRetry(made('GET', failed('timeout', true), { attempt: 2 })).retry).toBe(false);
    expect(decideRetry(made('GET', cut('timeout'), { attempt: 2 })).retry).toBe(false);
  });
});
