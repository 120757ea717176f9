import type { Dispatcher } from 'undici';
import { type FailureReason, failureReasonOf } from './failure-reason.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface HttpRequest {
  method: Method;
  origin: string;
  /** with its query */
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
}

export interface ExchangeLimits {
  /** for the whole exchange, from connecting to the last byte of the answer; milliseconds */
  timeoutMs: number;
  /** of the answer's body */
  maxBytes: number;
  /** drops the exchange at once */
  stopNow: AbortSignal;
}

/** The service answered: at least its status arrived. */
export interface Answer {
  kind: 'answer';
  status: number;
  headers: AnswerHeaders;
  /** the body, or what arrived of it */
  text: string;
  /** why the body is not whole */
  cut?: FailureReason | undefined;
}

/** Of all headers only these are looked at. */
export interface AnswerHeaders {
  'content-type'?: string | undefined;
  'retry-after'?: string | undefined;
  'x-ratelimit-reset'?: string | undefined;
  date?: string | undefined;
  location?: string | undefined;
}

/** No status arrived. */
export interface Failure {
  kind: 'failure';
  /** whether a byte of the request may have left: the service may have acted on it */
  written: boolean;
  reason: FailureReason;
}

/** One HTTP exchange. Never throws, never follows a redirect, never repeats anything. */
export function exchange(dispatcher: Dispatcher, request: HttpRequest, limits: ExchangeLimits) {
  return new Promise<Answer | Failure>((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let head: Pick<Answer, 'status' | 'headers'> | undefined;
    let written = false;
    let settled = false;
    let abort: ((reason: Error) => void) | undefined;

    function settle(reason?: FailureReason) {
      if (settled) {
        return;
      }
      settled = true;
      clearTimeout(deadline);
      limits.stopNow.removeEventListener('abort', onStop);
      if (head === undefined) {
        resolve({ kind: 'failure', written, reason: reason ?? 'closed' });
      } else {
        resolve({ kind: 'answer', ...head, text: Buffer.concat(chunks).toString('utf8'), cut: reason });
      }
      if (reason !== undefined) {
        abort?.(new Error('dropped'));
      }
    }
    const onStop = () => settle('stopped');
    const deadline = setTimeout(() => settle('timeout'), limits.timeoutMs);
    if (limits.stopNow.aborted) {
      settle('stopped');
      return;
    }
    limits.stopNow.addEventListener('abort', onStop);

    const { body, ...rest } = request;
    try {
      dispatcher.dispatch(
        { ...rest, body: body ?? null },
        {
          // Called right before the first byte is written, and never before a connection stands.
          onRequestStart(controller) {
            if (settled || written) {
              controller.abort(new Error('dropped'));
              return;
            }
            written = true;
            abort = (reason) => controller.abort(reason);
          },
          onResponseStart(_controller, status, headers) {
            if (status >= 200) {
              head = { status, headers: pickHeaders(headers) };
            }
          },
          onResponseData(_controller, chunk) {
            const room = limits.maxBytes - size;
            chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
            size += chunk.length;
            if (size > limits.maxBytes) {
              settle('too_big');
            }
          },
          onResponseEnd: () => settle(),
          onResponseError: (_controller, error) => settle(failureReasonOf(error, written)),
        },
      );
    } catch (error) {
      settle(failureReasonOf(error, written));
    }
  });
}

function pickHeaders(headers: Record<string, string | string[] | undefined>): AnswerHeaders {
  const first = (name: string) => [headers[name]].flat()[0];
  return {
    'content-type': first('content-type'),
    'retry-after': first('retry-after'),
    'x-ratelimit-reset': first('x-ratelimit-reset'),
    date: first('date'),
    location: first('location'),
  };
}
