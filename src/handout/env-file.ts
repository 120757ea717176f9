import { limitText, timeText } from './key-text.ts';
import type { Recipient } from './recipients.ts';

/** A `.env` that every client's library reads. The comments have nothing in them that a person has typed. */
export function envFile(recipient: Recipient, timeZone?: string): string {
  const { secret, expiresAt } = recipient;
  const until = expiresAt === null ? 'no expiration' : `works until ${timeText(expiresAt, timeZone)}`;
  return `# An OpenRouter API key: limit ${limitText(recipient)}; ${until}.
# Do not share it, and do not commit this file.
OPENROUTER_API_KEY=${secret.reveal()}
`;
}

/** Keeps the key out of git wherever the folder is copied to. */
export const ENV_IGNORE = '.env\nkey.html\n';
