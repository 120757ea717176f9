export interface RateLimit {
  /** accepted requests per second in the long run */
  perSecond: number;
  /** accepted requests in a burst */
  burst: number;
  /** seconds in the `Retry-After` header of a 429; null = no such header */
  retryAfter: number | null;
}

/** A bucket of `burst` tokens that refills at `perSecond`. The returned function takes one, or returns false. `now` is in milliseconds. */
export function createPaceLimit({ perSecond, burst }: RateLimit, now: () => number): () => boolean {
  let tokens = burst;
  let filledAt = now();
  return () => {
    const time = now();
    tokens = Math.min(burst, tokens + ((time - filledAt) / 1000) * perSecond);
    filledAt = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

/** At most so many in any window. The returned function lets one pass and returns 0, or the milliseconds until it would. */
export function createWindowLimit(most: number, windowMs: number, now: () => number): () => number {
  let passed: number[] = [];
  return () => {
    const time = now();
    passed = passed.filter((at) => at > time - windowMs);
    const [oldest] = passed;
    if (passed.length >= most && oldest !== undefined) return oldest + windowMs - time;
    passed.push(time);
    return 0;
  };
}
