import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { composeMail } from '../src/mail/compose-mail.ts';
import { openMailSession } from '../src/mail/smtp-session.ts';
import { startMailServer } from '../src/sandbox/mail-server.ts';

const FROM = 'zane@example.org';
const TEXT = `Hello,\n\nsk-or-v1-${'0123456789abcdef'.repeat(4)}\n\n${'Keep it to yourself. '.repeat(20)}\n`;

/** ms for so many mails as orkeys sends them: composed, a synced line before each text and after each reply. */
export async function sendOurs(mails: number, log: string): Promise<number> {
  const server = await startMailServer({ deliver: () => undefined });
  const file = openSync(log, 'w');
  const append = async () => {
    writeSync(file, '{"type":"mailing"}\n');
    fdatasyncSync(file);
  };
  const stopNow = new AbortController().signal;
  const place = { host: '127.0.0.1', port: server.port, tls: 'none-loopback' } as const;
  const session = openMailSession({ ...place, from: { address: FROM }, stop: stopNow, stopNow });
  await session.check();
  const start = performance.now();
  for (let n = 0; n < mails; n++) {
    const to = [`p${n}@example.org`];
    const people = to.map((address) => ({ name: `Person ${n}`, address }));
    const source = await composeMail({
      from: { address: FROM },
      to: people,
      subject: 'Key',
      text: TEXT,
      date: new Date(),
    });
    const { kind } = await session.send({ from: FROM, to, source }, append);
    if (kind !== 'accepted') throw new Error(kind);
    await append();
  }
  const ms = performance.now() - start;
  await session.close();
  await server.close();
  closeSync(file);
  return ms;
}

/** The same texts with the library alone: neither composed nor recorded. */
export async function sendBare(mails: number): Promise<number> {
  const server = await startMailServer({ deliver: () => undefined });
  const connection = new SMTPConnection({ host: '127.0.0.1', port: server.port, ignoreTLS: true });
  await new Promise<void>((resolve) => connection.connect(() => resolve()));
  const start = performance.now();
  for (let n = 0; n < mails; n++) {
    await new Promise<void>((resolve, reject) => {
      connection.send({ from: FROM, to: [`p${n}@example.org`] }, `Subject: Key\r\n\r\n${TEXT}`, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }
  const ms = performance.now() - start;
  connection.close();
  await server.close();
  return ms;
}
