import { usageError } from '../errors.ts';
import { redactSecrets } from '../secret.ts';

const HINT =
  'Unset it to use https://openrouter.ai/api/v1, or use a server on this computer, such as http://127.0.0.1:4010/api/v1';

/**
 * The base URL without trailing slashes, once it is sure that the management key may go there: https to openrouter.ai or one
 * of its subdomains, or http to this machine.
 * @throws CliError `bad_base_url`, exit 2
 */
export function checkBaseUrl(text: string): string {
  const url = parse(text.trim());
  if (url.username !== '' || url.password !== '') {
    throw refuse('ORKEYS_BASE_URL must not contain a user name or password.');
  }
  if (/[?#]/.test(text)) {
    throw refuse('ORKEYS_BASE_URL must not contain a query or a fragment.');
  }
  const host = url.hostname;
  const safe = url.protocol === 'https:' ? isOpenRouter(host) : url.protocol === 'http:' && isLoopback(host);
  if (!safe) {
    throw refuse(
      `The management key is sent only to openrouter.ai (https) or to this computer (http), not to ${redactSecrets(`${url.protocol}//${url.host}`)}.`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Whether a host name, as `URL.hostname` gives it, means this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw refuse('ORKEYS_BASE_URL is not a valid URL.');
  }
}

function isOpenRouter(hostname: string): boolean {
  return hostname === 'openrouter.ai' || hostname.endsWith('.openrouter.ai');
}

function refuse(message: string) {
  return usageError('bad_base_url', message, { hint: HINT });
}
