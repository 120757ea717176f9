export interface RateLimit {
  /** requests a second that are let through in the long run */
  perSecond: number;
  /** requests that are let through at once */
  burst: number;
  /** seconds in the `Retry-After` header of a 429; null = no such header */
  retryAfter: number | null;
}

/** A bucket of `burst` tokens that fills at `perSecond`. The returned function takes one, or says false. `now` is milliseconds. */
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
