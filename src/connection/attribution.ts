import { usageError } from '../errors.ts';
import type { Settings } from '../settings.ts';

/** The optional headers by which OpenRouter names an app in its rankings: https://openrouter.ai/docs/app-attribution */
const ATTRIBUTION = [
  { variable: 'ORKEYS_HTTP_REFERER', header: 'HTTP-Referer' },
  { variable: 'ORKEYS_TITLE', header: 'X-OpenRouter-Title' },
  { variable: 'ORKEYS_CATEGORIES', header: 'X-OpenRouter-Categories' },
] as const;

/** Header values by name, as the environment or `.env` gives them. Throws `bad_header` for what no header can hold. */
export function attributionHeaders(settings: Settings): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { variable, header } of ATTRIBUTION) {
    const value = settings.get(variable);
    if (value === undefined) continue;
    if (/[^\x20-\x7e]/.test(value)) {
      throw usageError('bad_header', `${variable} holds letters that a header cannot have.`, {
        hint: 'Use plain ASCII letters in one line, or unset it.',
      });
    }
    headers[header] = value;
  }
  return headers;
}
