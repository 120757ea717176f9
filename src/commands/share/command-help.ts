import type { HelpText } from '../help-text.ts';

/** What all commands about sharing end with. */
export function helpOf(examples: readonly string[]): HelpText {
  return {
    examples,
    exitCodes: {
      OK: 'success',
      USAGE: 'usage error, or no such workshop; nothing changed',
      NOT_AUTHORIZED: 'the database or the workshop refused the password',
      CANNOT_SAVE: 'database unreachable, or cannot save',
      LOCKED: true,
      INTERRUPTED: true,
    },
  };
}
