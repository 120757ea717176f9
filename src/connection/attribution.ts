import { usageError } from '../errors.ts';
import type { Settings } from '../settings.ts';

/** The optional headers that identify an app in OpenRouter's rankings: https://openrouter.ai/docs/app-attribution */
const ATTRIBUTION = [
  { variable: 'ORKEYS_HTTP_REFERER', header: 'HTTP-Referer' },
  { variable: 'ORKEYS_TITLE', header: 'X-OpenRouter-Title' },
  { variable: 'ORKEYS_CATEGORIES', header: 'X-OpenRouter-Categories' },
] as const;

/** Header values by name, from the environment or `.env`. Throws `bad_header` for characters that are not allowed in a header. */
export function attributionHeaders(settings: Settings): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { variable, header } of ATTRIBUTION) {
    const value = settings.get(variable);
    if (value === undefined) continue;
    if (/[^\x20-\x7e]/.test(value)) {
      throw usageError('bad_header', `${variable} contains characters that are not allowed in an HTTP header.`, {
        hint: 'Use ASCII characters on one line, or unset it.',
      });
    }
    headers[header] = value;
  }
  return headers;
}
