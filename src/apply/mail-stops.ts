import { CliError, EXIT } from '../errors.ts';

/** As many refusals in a row with the same words are no chance. */
export const SAME_WORDS = 3;
/** mails in doubt in a row after which a run stops */
export const DOUBTS = 2;

/** A server may repeat what it was given. */
export function withoutKeys(reply: string): string {
  return reply.replaceAll(/sk-or-[\w-]+/g, 'sk-or-…').replaceAll(/[0-9a-f]{32,}/gi, '…');
}

const RERUN = 'Run the same command again later; nobody gets a second mail.';

export function takenForSpam(reply: string): CliError {
  const message = `The server refused ${SAME_WORDS} mails in a row with the same words: ${withoutKeys(reply)}`;
  return new CliError('mail_policy', EXIT.PARTIAL, message, {
    hint: 'It takes these mails for spam, or you may not send them. Ask who runs it, then send again with --retry-refused.',
  });
}

export function tooManyDoubts(): CliError {
  return new CliError(
    'mail_in_doubt',
    EXIT.PARTIAL,
    `The connection was lost in the middle of ${DOUBTS} mails in a row.`,
    {
      hint: 'Ask these people or look into the mailbox of the sender, then: orkeys mail settle',
    },
  );
}

export function lostTwice(reason: string): CliError {
  return new CliError('mail_unreachable', EXIT.UNREACHABLE, `The mail server closed the connection twice: ${reason}`, {
    hint: RERUN,
  });
}

export function askedForLater(reply: string): CliError {
  return new CliError('mail_later', EXIT.UNREACHABLE, `The mail server takes no mail now: ${withoutKeys(reply)}`, {
    hint: RERUN,
  });
}

export function senderRefused(reply: string): CliError {
  const message = `The mail server refused the sender: ${withoutKeys(reply)}`;
  return new CliError('mail_sender', EXIT.NOT_AUTHORIZED, message, {
    hint: 'Set ORKEYS_MAIL_FROM to an address that this login may send from.',
  });
}
