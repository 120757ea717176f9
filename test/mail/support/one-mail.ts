import { onTestFinished } from 'vitest';
import type { MailOutcome, OutgoingMail } from '../../../src/handout/mail-api.ts';
import { composeMail } from '../../../src/mail/compose-mail.ts';
import type { MailServer } from '../../../src/mail/mail-server.ts';
import { type MailTools, openMailSession, type SmtpSession } from '../../../src/mail/smtp-session.ts';
import { type DeliveredMail, type MailServerOptions, startMailServer } from '../../../src/sandbox/mail-server.ts';

export const TEST_KEY = `sk-or-v1-test-${'0123456789abcdef'.repeat(4)}`;

export async function mailTo(...to: string[]): Promise<OutgoingMail> {
  const source = await composeMail({
    from: { name: 'Zane', address: 'zane@example.org' },
    to: to.map((address) => ({ name: 'Anna', address })),
    subject: 'Your key',
    text: `Your key:\n\n${TEST_KEY}\n`,
    date: new Date('2026-03-09T09:00:00Z'),
    messageId: '<tag.1@example.org>',
  });
  return { from: 'zane@example.org', to, source };
}

/** A session that is closed after the test. */
export function useSession(
  server: Partial<MailServer> & { port: number },
  tools: Partial<MailTools> = {},
): SmtpSession {
  const session = openMailSession({
    host: '127.0.0.1',
    tls: 'none-loopback',
    from: { address: 'zane@example.org' },
    stop: new AbortController().signal,
    stopNow: new AbortController().signal,
    ...server,
    ...tools,
  });
  onTestFinished(() => session.close());
  return session;
}

export interface MailRoom {
  port: number;
  delivered: DeliveredMail[];
}

/** The sandbox's mail server, with what goes wrong; closed after the test. */
export async function useMailServer(options: Partial<MailServerOptions> = {}): Promise<MailRoom> {
  const delivered: DeliveredMail[] = [];
  const server = await startMailServer({ deliver: (mail) => void delivered.push(mail), ...options });
  onTestFinished(() => server.close());
  return { port: server.port, delivered };
}

export interface Sending {
  outcome: MailOutcome | undefined;
  /** how often the server had asked for the text */
  asked: number;
  error: unknown;
}

export async function trySending(session: SmtpSession, mail: OutgoingMail): Promise<Sending> {
  let asked = 0;
  const beforeText = async () => {
    asked += 1;
  };
  try {
    const outcome = await session.send(mail, beforeText);
    return { outcome, asked, error: undefined };
  } catch (error) {
    return { outcome: undefined, asked, error };
  }
}
