import { type Answer, type Failure, isHtml, isSuccess } from './answer.ts';
import type { Method } from './exchange.ts';
import type { FailureReason } from './failure-reason.ts';
import { waitAskedFor } from './retry-after.ts';

/** One wait longer than this is not worth it: the user decides. Milliseconds. */
const LONGEST_WAIT_MS = 120_000;
/** A call that is turned away again and again ends after this time. Milliseconds. */
const LONGEST_CALL_MS = 300_000;

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;

export interface Try {
  method: Method;
  /** a POST that only asks */
  query?: boolean | undefined;
  outcome: Answer | Failure;
  /** 1 = it was the first */
  attempt: number;
  /** how many attempts may follow the first */
  retries: number;
  /** since the call's first attempt began, milliseconds */
  elapsedMs: number;
  now: Date;
  /** chance, 0 to 1 */
  random: number;
}

/** `everyone`: the service asked for less, so no other call may start meanwhile either. */
export type Decision = { retry: true; afterMs: number; everyone: boolean } | { retry: false; askedMs?: number };

/** Whether to send a call again, and when. Pure. */
export function decideRetry(made: Try): Decision {
  if (!mayRepeat(made) || made.attempt > made.retries) {
    return { retry: false };
  }
  const everyone = isOverload(made.outcome);
  const asked = everyone && made.outcome.kind === 'answer' ? waitAskedFor(made.outcome, made.now) : undefined;
  if (asked !== undefined && asked > LONGEST_WAIT_MS) {
    return { retry: false, askedMs: asked };
  }
  const afterMs = asked ?? (everyone ? halt(made.attempt, made.random) : backoff(made.attempt, made.random));
  if (made.elapsedMs + afterMs > LONGEST_CALL_MS) {
    return { retry: false };
  }
  return { retry: true, afterMs, everyone };
}

/** The service said that this was too much, rather than that it was wrong. */
export function isOverload(outcome: Answer | Failure): boolean {
  return outcome.kind === 'answer' && (outcome.status === 429 || outcome.status === 503);
}

/** Trying again would not help. */
const HOPELESS: ReadonlySet<FailureReason> = new Set([
  ...(['stopped', 'too_big', 'undecodable'] as const),
  ...(['certificate', 'certificate_expired', 'certificate_name', 'proxy_certificate'] as const),
]);

function mayRepeat({ method, query = false, outcome, attempt }: Try): boolean {
  const creates = method === 'POST' && !query;
  if (outcome.kind === 'failure') {
    if (HOPELESS.has(outcome.reason) || (outcome.written && creates)) {
      return false;
    }
    // A service that hangs once may be unlucky; one that hangs twice would hold the user for minutes.
    return outcome.reason !== 'timeout' || attempt === 1;
  }
  if (creates) {
    // Each such POST makes another key. Only the service's own word says that this one was turned away unprocessed.
    return isOverload(outcome) && outcome.error !== undefined;
  }
  if (outcome.cut !== undefined) {
    return outcome.cut === 'closed' || (outcome.cut === 'timeout' && attempt === 1);
  }
  const { status } = outcome;
  // Cut where nothing told its length.
  if (isSuccess(outcome)) return (method === 'GET' || query) && !isHtml(outcome) && outcome.json === undefined;
  // The service's own word that it needs too long for this query: it would need as long again.
  if (status === 408 && query) return outcome.error === undefined;
  return status === 408 || status === 429 || [500, 502, 503, 504].includes(status) || (status >= 520 && status < 530);
}

/** Doubles with each attempt; any wait from zero to that is as likely, so that many callers do not return together. */
function backoff(attempt: number, random: number): number {
  return Math.round(random * longestBackoff(attempt));
}

/** All calls halt, so there is less to spread: at least as long as the longest back-off, up to twice that. */
function halt(attempt: number, random: number): number {
  return Math.round((1 + random) * longestBackoff(attempt));
}

function longestBackoff(attempt: number): number {
  return Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
}
