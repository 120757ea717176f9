import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailSession } from '../handout/mail-api.ts';
import { serverName } from './connect-error.ts';
import { deliver } from './deliver.ts';
import type { MailServer } from './mail-server.ts';
import { openLink } from './smtp-link.ts';
import { takeStep } from './smtp-step.ts';

export interface MailTools {
  /** gives up a connection that does not stand yet: nothing was sent */
  stop: AbortSignal;
  /** drops what is under way */
  stopNow: AbortSignal;
  timeouts?: Partial<MailTimeouts> | undefined;
  /** certificate authorities in PEM, instead of those that Node knows */
  authorities?: string | undefined;
}

/** In ms. */
export interface MailTimeouts {
  /** for connecting, and for logging in */
  connect: number;
  /** from MAIL to the server's request for the text */
  envelope: number;
  /** from that request to the last reply. RFC 5321 wants 10 minutes: who gives up earlier does not know whether the mail arrived */
  text: number;
}

const TIMEOUTS: MailTimeouts = { connect: 60_000, envelope: 120_000, text: 600_000 };
/** for a goodbye that nothing depends on, in ms */
const QUIT_TIMEOUT = 2_000;

export interface SmtpSession extends MailSession {
  /** Connects and logs in now, without sending. `encrypted` is false only to this computer. Throws as `send` does. */
  check(): Promise<MailCheck>;
}

export interface MailCheck {
  encrypted: boolean;
}

/** A mail server, connected to when the first mail is sent. */
export function openMailSession(options: MailServer & MailTools): SmtpSession {
  const { stop, stopNow, authorities, timeouts, ...server } = options;
  const bounds = { ...TIMEOUTS, ...timeouts };
  let link: SMTPConnection | undefined;
  /** a mail was refused, so the server may be in the middle of it */
  let inBetween = false;

  async function ready(): Promise<SMTPConnection> {
    if (link && inBetween && !link.destroyed) await startAfresh(link);
    inBetween = false;
    if (!link || link.destroyed) link = await openLink(server, { timeout: bounds.connect, stop, authorities });
    return link;
  }

  async function startAfresh(connection: SMTPConnection): Promise<void> {
    const limits = { timeout: bounds.envelope, stop: stopNow };
    const step = await takeStep<boolean>(connection, limits, (done) => connection.reset(done));
    if ('failed' in step) connection.close();
  }

  return {
    server: serverName(server),
    check: async () => ({ encrypted: (await ready()).secure }),
    send: async (mail, beforeText) => {
      const connection = await ready();
      const limits = { envelope: bounds.envelope, text: bounds.text, stop: stopNow };
      const outcome = await deliver(connection, { mail, server, limits, beforeText });
      inBetween = outcome.kind === 'refused';
      return outcome;
    },
    close: async () => {
      if (!link || link.destroyed) return;
      const connection = link;
      await takeStep<true>(connection, { timeout: QUIT_TIMEOUT, stop: stopNow }, () => connection.quit());
      connection.close();
    },
  };
}
