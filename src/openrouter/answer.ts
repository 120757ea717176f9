import { redactSecrets } from '../secret.ts';
import type { Answer } from './exchange.ts';

/** Longest piece of foreign text that is shown, in characters. */
const MAX_QUOTE = 200;

export function isSuccess(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

export function isRedirect(answer: Answer): boolean {
  return answer.status >= 300 && answer.status < 400;
}

/** The body as JSON; undefined when it is none or was cut. */
export function jsonOf(answer: Answer): unknown {
  if (answer.cut !== undefined) {
    return undefined;
  }
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}

/** A web page instead of the API: a proxy's error page, or the log-in page of a guest network. */
export function isHtml(answer: Answer): boolean {
  if (/^\s*<(!doctype|html|head|body|script|meta)\b/i.test(answer.text)) {
    return true;
  }
  const { 'content-type': type = '' } = answer.headers;
  return /\bhtml\b/i.test(type) && answer.text.trim() !== '' && jsonOf(answer) === undefined;
}

/**
 * The message of the API's own error, `{"error":{"code","message"}}`; undefined when the answer has another shape, and so may
 * come from something between us and the service.
 */
export function apiErrorOf(answer: Answer): string | undefined {
  const json = jsonOf(answer);
  if (!isRecord(json) || !isRecord(json.error)) {
    return undefined;
  }
  const { message, code } = json.error;
  if (typeof message === 'string') {
    return quote(message);
  }
  return typeof code === 'number' || typeof code === 'string' ? `code ${quote(String(code))}` : undefined;
}

/** Foreign text made fit to be shown: no secrets, no control characters, one line, not long. */
function quote(text: string): string {
  const line = redactSecrets(text.slice(0, 4 * MAX_QUOTE))
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return line.length > MAX_QUOTE ? `${line.slice(0, MAX_QUOTE)}…` : line;
}

/** The host that a redirect points to; the rest of its URL may hold anything. */
export function redirectHost(answer: Answer, origin: string): string {
  try {
    return quote(new URL(answer.headers.location ?? '', origin).host);
  } catch {
    return 'an unreadable address';
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
