import type { Answer } from './answer.ts';

/**
 * How long the service asked to wait, in milliseconds: `Retry-After` as seconds or as an HTTP date, else `X-RateLimit-Reset` as
 * epoch milliseconds. A moment that has passed is 0; what cannot be read is undefined. Dates are compared with the answer's own
 * `Date`, because this machine's clock may be wrong.
 */
export function waitAskedFor(answer: Pick<Answer, 'headers'>, now: Date): number | undefined {
  const { date, 'retry-after': retryAfter, 'x-ratelimit-reset': reset } = answer.headers;
  const serverNow = parseDate(date) ?? now.getTime();
  const asked = retryAfter?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(asked)) {
    return Math.ceil(Number(asked) * 1000);
  }
  const until = parseDate(asked) ?? parseReset(reset);
  return until === undefined ? undefined : Math.max(0, until - serverNow);
}

/** RFC 9110 section 5.6.7: each form of an HTTP date begins with the name of a day. */
function parseDate(text: string | undefined): number | undefined {
  const time = text !== undefined && /^(mon|tue|wed|thu|fri|sat|sun)/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Epoch milliseconds have 13 digits until the year 2286; anything else is another unit and not worth a guess. */
function parseReset(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{13}$/.test(text) ? Number(text) : undefined;
}
