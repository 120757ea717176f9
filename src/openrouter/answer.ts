import { parseJson } from '../parse-json.ts';
import { redactSecrets } from '../secret.ts';
import type { FailureReason } from './failure-reason.ts';

/** OpenRouter answered: at least its status arrived. */
export interface Answer {
  kind: 'answer';
  status: number;
  headers: AnswerHeaders;
  /** how many bytes of a body arrived */
  bytes: number;
  /** the body, or what arrived of it */
  text: string;
  /** the body as JSON; undefined when it is none or was cut */
  json: unknown;
  /**
   * The message of the API's own error, `{"error":{"code","message"}}`; undefined when the answer has another shape, and so may come
   * from something between us and OpenRouter.
   */
  error: string | undefined;
  /** why the body is not whole */
  cut?: FailureReason | undefined;
}

/** Of all headers only these are looked at. */
export interface AnswerHeaders {
  'content-type'?: string | undefined;
  'content-encoding'?: string | undefined;
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

/** Longest piece of foreign text that is shown, in characters. */
const MAX_QUOTE = 200;

/**
 * Takes an answer apart, once for all who look at it. Never throws.
 *
 * @param redact masks the secrets in a text
 */
export function toAnswer(
  { bytes, ...parts }: Pick<Answer, 'status' | 'headers' | 'text' | 'cut'> & { bytes?: number },
  redact: (text: string) => string,
): Answer {
  const json = parts.cut === undefined ? parseJson(parts.text) : undefined;
  return {
    kind: 'answer',
    ...parts,
    bytes: bytes ?? Buffer.byteLength(parts.text),
    json,
    error: errorIn(json, redact),
  };
}

export function isSuccess(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

export function isRedirect(answer: Answer): boolean {
  return answer.status >= 300 && answer.status < 400;
}

/** A web page instead of the API: a proxy's error page, or the login page of a guest network. */
export function isHtml(answer: Answer): boolean {
  if (/^\s*<(!doctype|html|head|body|script|meta)\b/i.test(answer.text.slice(0, 1000))) {
    return true;
  }
  const { 'content-type': type = '' } = answer.headers;
  return /\bhtml\b/i.test(type.slice(0, MAX_QUOTE)) && answer.json === undefined && /\S/.test(answer.text);
}

/** What came, without a word of the body: `201, application/json, gzip, 512 bytes`. */
export function describeAnswer({ status, headers, bytes }: Answer): string {
  const { 'content-type': type, 'content-encoding': encoding } = headers;
  const parts = [String(status), type?.split(';')[0] ?? 'no content type', encoding, `${bytes} bytes`];
  return parts.flatMap((part) => (part === undefined ? [] : oneLine(redactSecrets(part)))).join(', ');
}

function errorIn(json: unknown, redact: (text: string) => string): string | undefined {
  if (!isRecord(json) || !isRecord(json.error)) {
    return undefined;
  }
  const { message, code } = json.error;
  if (typeof message === 'string') {
    return quote(message, redact);
  }
  return typeof code === 'number' || typeof code === 'string' ? `code ${quote(String(code), redact)}` : undefined;
}

/** Foreign text made fit to be shown: no secrets, no control characters, one line, not long. */
function quote(text: string, redact: (text: string) => string): string {
  return oneLine(redact(text.slice(0, 4 * MAX_QUOTE)));
}

function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * MAX_QUOTE)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return line.length > MAX_QUOTE ? `${line.slice(0, MAX_QUOTE)}…` : line;
}

/** The host that a redirect points to; the rest of its URL may hold anything. */
export function redirectHost(answer: Answer, origin: string): string {
  const { location } = answer.headers;
  if (location === undefined) return 'an unnamed address';
  try {
    return oneLine(redactSecrets(new URL(location, origin).host));
  } catch {
    return 'an unreadable address';
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
