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
