import { CliError, EXIT, usageError } from '../errors.ts';
import { loginHint } from './login-hint.ts';
import type { MailServer } from './mail-server.ts';
import { readReply, replyText } from './server-reply.ts';
import type { StepFailure } from './smtp-step.ts';

/** `smtp.example.org:465` */
export function serverName({ host, port }: Pick<MailServer, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Why there is no connection, in words. */
export function connectError(server: MailServer, failure: StepFailure): CliError {
  const { codes, reply, command } = failure;
  const has = (pattern: RegExp) => codes.some((code) => pattern.test(code));
  const name = serverName(server);
  if (has(/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/)) {
    return notTrusted(
      `The certificate of ${name} is expired or not valid yet.`,
      "Check this computer's date and time.",
    );
  }
  if (has(/^(ERR_TLS_CERT_ALTNAME_(INVALID|FORMAT)|HOSTNAME_MISMATCH)$/)) {
    return notTrusted(
      `The certificate of ${name} belongs to another name.`,
      'Write the host in ORKEYS_SMTP_URL as your provider documents it.',
    );
  }
  if (has(/CERT|^UNABLE_TO_/)) {
    return notTrusted(
      `The certificate of ${name} comes from an unknown authority.`,
      'If your institution has its own certificate authority, set NODE_EXTRA_CA_CERTS to its PEM file.',
    );
  }
  if (command === 'STARTTLS' && failure.how === 'reply') return notEncrypted(server);
  if (has(/^(EPROTO$|ERR_SSL_|ERR_TLS_)/)) {
    const hint =
      server.tls === 'implicit'
        ? `If this port begins without TLS, as 587 does: ORKEYS_SMTP_URL=smtp://…:${server.port}`
        : 'The server must offer TLS 1.2 or newer. Ask whoever runs it.';
    return usageError('mail_not_encrypted', `No encrypted connection to ${name}, so no mail was sent.`, { hint });
  }
  if (reply !== undefined) {
    return unreachable(`${name} does not take mail now: ${replyText(readReply(reply))}.`, 'Try again later.');
  }
  if (has(/^(ENOTFOUND|EAI_|EDNS)/)) {
    return unreachable(`No mail server has the name ${server.host}.`, 'Check ORKEYS_SMTP_URL and the network.');
  }
  if (failure.how === 'silent') {
    return unreachable(`${name} does not answer.`, silentHint(server));
  }
  return unreachable(`No connection to ${name}.`, silentHint(server));
}

/** The server offers no TLS, or somebody on the line took the offer out. */
export function notEncrypted(server: MailServer): CliError {
  return usageError('mail_not_encrypted', `${serverName(server)} does not offer TLS, so no mail was sent.`, {
    hint: 'Use a port with TLS, such as smtps://…:465. On a guest network, try another network.',
  });
}

/** The server takes no password. */
export function noLoginError(server: MailServer): CliError {
  return loginRefused(`${serverName(server)} offers no login.`, loginHint(server));
}

/** @param words what must not show although the server may quote it */
export function loginError(server: MailServer, failure: StepFailure, words: readonly string[]): CliError {
  const name = serverName(server);
  if (failure.how !== 'reply' || failure.reply === undefined) {
    if (failure.codes.includes('EAUTH'))
      return loginRefused(`${name} offers no way to log in with a password.`, loginHint(server));
    const what = failure.how === 'silent' ? 'does not answer' : 'closed the connection';
    return unreachable(`${name} ${what} at the login.`, 'Try again later.');
  }
  const reply = readReply(failure.reply, words);
  // 454 and the like: cannot check it at the moment.
  if (reply.status >= 400 && reply.status < 500)
    return unreachable(`${name} cannot check the login now: ${replyText(reply)}.`, 'Try again later.');
  return loginRefused(`${name} refused the login: ${replyText(reply)}.`, loginHint(server));
}

/** A login is wanted where the mail begins: 530, 534, 535, 538 in the place of a yes to MAIL. */
export function loginWanted(server: MailServer, reply: string): CliError {
  return loginRefused(`${serverName(server)} wants another login: ${replyText(readReply(reply))}.`, loginHint(server));
}

function notTrusted(message: string, hint: string): CliError {
  return usageError('mail_certificate', `${message} No password and no mail was sent.`, { hint });
}

function unreachable(message: string, hint: string): CliError {
  return new CliError('mail_unreachable', EXIT.UNREACHABLE, message, { hint });
}

function loginRefused(message: string, hint: string): CliError {
  return new CliError('mail_login', EXIT.NOT_AUTHORIZED, message, { hint });
}

function silentHint({ port, tls }: MailServer): string {
  if (port === 465 && tls === 'starttls') return 'Port 465 begins with TLS: ORKEYS_SMTP_URL=smtps://…:465';
  if (port === 25)
    return 'Many networks block port 25. Use 465 (smtps://) or 587 (smtp://), as your provider documents it.';
  return 'Check ORKEYS_SMTP_URL and the network; proxy settings do not apply to mail. Without SMTP: orkeys handout drafts';
}
