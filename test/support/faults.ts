import type { SandboxAccount } from '../../src/sandbox/account.ts';
import { errorBody } from '../../src/sandbox/api-error.ts';

/** What goes wrong with one request. Parts combine: `{ ...html(502), commit: 'now' }`. */
export interface Fault {
  /** done to the account before the request is looked at: other people's keys come and go meanwhile */
  before?(account: SandboxAccount): void;
  /** the request is taken to ask for this instead */
  url?(url: string): string;
  /**
   * When the account does what is asked for; absent = now.
   * `afterRequests: k`: just before the k-th request after this one is looked at. Later commits have no answer of their own.
   */
  commit?: 'now' | 'never' | { afterRequests: number } | { afterMs: number };
  /** instead of the account's own status and body */
  status?: number;
  headers?: Record<string, string>;
  /** text as it is, anything else as JSON */
  body?: unknown;
  /** changes the JSON of the answer */
  // biome-ignore lint/suspicious/noExplicitAny: a fault may do anything to an answer
  edit?(body: any): unknown;
  /** what a gateway makes of a whole answer's body; name it in `headers` too */
  compress?(body: string): Buffer;
  /** awaited between commit and answer */
  wait?(): Promise<unknown>;
  send?: Sending;
}

export type Sending =
  /** the usual */
  | { how: 'whole' }
  /** TCP RST instead of an answer */
  | { how: 'reset' }
  /** the connection ends without an answer */
  | { how: 'close' }
  /** neither answer nor end */
  | { how: 'hang' }
  /** answered in full, with keep-alive, and then the connection ends all the same */
  | { how: 'whole_then_close' }
  /**
   * The connection ends in the middle: after the headers, before, inside or right after the secret.
   * With framing `close` (no length, no chunks) the cut body looks like a whole one.
   */
  | { how: 'cut'; at: 'headers' | 'before' | 'inside' | 'after'; framing: 'length' | 'chunked' | 'close' }
  /** one byte at a time */
  | { how: 'drip'; everyMs: number }
  /** the answer without its last character, then blanks until the client has had enough */
  | { how: 'endless' };

export const resetBeforeCommit: Fault = { commit: 'never', send: { how: 'reset' } };
export const resetAfterCommit: Fault = { commit: 'now', send: { how: 'reset' } };
export const closedAfterCommit: Fault = { commit: 'now', send: { how: 'close' } };
export const hang: Fault = { commit: 'now', send: { how: 'hang' } };
export const endless: Fault = { send: { how: 'endless' } };
export const closedAfterAnswer: Fault = { send: { how: 'whole_then_close' } };

/** The answer is lost, and the key is made only when the k-th later request arrives. */
export function landsAfterRequests(afterRequests: number, send: Sending = { how: 'reset' }): Fault {
  return { commit: { afterRequests }, send };
}

/** The answer is lost, and the key is made later. */
export function landsAfterMs(afterMs: number, send: Sending = { how: 'reset' }): Fault {
  return { commit: { afterMs }, send };
}

export function delayed(ms: number): Fault {
  return { wait: () => new Promise((resolve) => setTimeout(resolve, ms)) };
}

export function cut(
  at: 'headers' | 'before' | 'inside' | 'after',
  framing: 'length' | 'chunked' | 'close' = 'length',
): Fault {
  return { send: { how: 'cut', at, framing } };
}

export function drip(everyMs = 1000): Fault {
  return { send: { how: 'drip', everyMs } };
}

/** What a proxy or a captive portal says. `commit: 'now'` = the key was made all the same. */
export function html(status: number, commit: 'now' | 'never' = 'never'): Fault {
  const body = `<!DOCTYPE html><html><head><title>${status}</title></head><body>cloudflare</body></html>`;
  return { status, commit, headers: { 'content-type': 'text/html; charset=UTF-8' }, body };
}

/** A gateway that compresses whatever passes. */
export function compressed(coding: string, compress: (body: string) => Buffer): Fault {
  return { headers: { 'content-encoding': coding }, compress };
}

/** An error in the API's own JSON. */
export function refused(status: number, message = `refused with ${status}`, commit: 'now' | 'never' = 'never'): Fault {
  return { status, commit, body: errorBody(status, message) };
}

/** `retryAfter`: the header's text (seconds, an HTTP date, anything); absent = no such header. */
export function tooMany(retryAfter?: string): Fault {
  return {
    ...refused(429, 'Rate limit exceeded'),
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }),
  };
}

/** The key is made; the answer has this status, and the body that belongs there, or none. */
export function oddSuccess(status: 200 | 202 | 204): Fault {
  return status === 204 ? { status, commit: 'now', body: '' } : { status, commit: 'now' };
}

export function redirect(status: 301 | 302 | 303 | 307 | 308, location: string): Fault {
  return { status, commit: 'never', headers: { location }, body: '' };
}

/** 201 without the secret. */
export const noSecret: Fault = { edit: ({ key: _, ...rest }) => rest };
/** 201 with the secret in the wrong place. */
export const secretInData: Fault = { edit: ({ key, data }) => ({ data: { ...data, key } }) };
/** 201 with the secret ahead of everything else. */
export const secretFirst: Fault = { edit: ({ key, data }) => ({ key, data }) };

/** The answer tells a secret that somebody else has. */
export function sameSecret(secret: () => string): Fault {
  return { edit: (body) => ({ ...body, key: secret() }) };
}

/** `data` without a field. */
export function without(field: string): Fault {
  return { edit: ({ data: { [field]: _, ...data }, ...rest }) => ({ ...rest, data }) };
}

/** `data` with a field of another type. */
export function retyped(field: string, value: unknown): Fault {
  return { edit: ({ data, ...rest }) => ({ ...rest, data: { ...data, [field]: value } }) };
}

/** A list that starts at the beginning whatever was asked for. */
export const ignoredOffset: Fault = { url: (url) => withOffset(url, () => 0) };

/** A page that repeats the last `overlap` keys of the page before. */
export function repeatedKeys(overlap: number): Fault {
  return { url: (url) => withOffset(url, (offset) => Math.max(0, offset - overlap)) };
}

/** A page that skips keys, as when others were deleted meanwhile. */
export function skippedKeys(count: number): Fault {
  return { url: (url) => withOffset(url, (offset) => (offset === 0 ? 0 : offset + count)) };
}

/** A page with fewer keys than there are. */
export function shortPage(length: number): Fault {
  return { edit: ({ data, ...rest }) => ({ ...rest, data: data.slice(0, length) }) };
}

function withOffset(url: string, change: (offset: number) => number): string {
  const asked = new URL(url, 'http://sandbox');
  asked.searchParams.set('offset', String(change(Number(asked.searchParams.get('offset') ?? 0))));
  return `${asked.pathname}${asked.search}`;
}
