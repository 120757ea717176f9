import type { Dispatcher } from 'undici';
import { type Answer, type AnswerHeaders, type Failure, toAnswer } from './answer.ts';
import { decodeBody } from './decode-body.ts';
import { type FailureReason, failureReasonOf } from './failure-reason.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

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
  /** of the answer's body, as it comes and decoded */
  maxBytes: number;
  /** drops the exchange at once */
  stopNow: AbortSignal;
  /** masks the secrets in what the answer says */
  redact(text: string): string;
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
        resolve(readAnswer(head, Buffer.concat(chunks), reason, limits));
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
            chunks.push(chunk.subarray(0, Math.max(0, limits.maxBytes - size)));
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

/** `cut`: why the body that came is not whole */
async function readAnswer(
  head: Pick<Answer, 'status' | 'headers'>,
  body: Buffer,
  cut: FailureReason | undefined,
  { maxBytes, redact }: ExchangeLimits,
): Promise<Answer> {
  const decoded = await decodeBody(body, head.headers['content-encoding'], maxBytes);
  const text = decoded.body.toString('utf8');
  return toAnswer({ ...head, bytes: body.length, text, cut: cut ?? decoded.cut }, redact);
}

function pickHeaders(headers: Record<string, string | string[] | undefined>): AnswerHeaders {
  const first = (name: string) => [headers[name]].flat()[0];
  return {
    'content-type': first('content-type'),
    // Sent in several lines, they count as one list (RFC 9110 section 5.3).
    'content-encoding':
      headers['content-encoding'] === undefined ? undefined : [headers['content-encoding']].flat().join(','),
    'retry-after': first('retry-after'),
    'x-ratelimit-reset': first('x-ratelimit-reset'),
    date: first('date'),
    location: first('location'),
  };
}
