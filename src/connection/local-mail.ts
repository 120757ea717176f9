import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { makeFolder } from '../files/output-folder.ts';
import { writePrivateFile } from '../files/private-file.ts';
import type { Mailbox, MailServer } from '../mail/mail-server.ts';
import type { SmtpSession } from '../mail/smtp-session.ts';
import { type DeliveredMail, startMailServer } from '../sandbox/mail-server.ts';
import type { Secret } from '../secret.ts';
import type { Settings } from '../settings.ts';
import { mailSender, mailSettings } from './mail-settings.ts';
import { mailLoginOf, storedMailPassword } from './stored-secrets.ts';

export interface MailRequest {
  sandbox: boolean;
  /** absolute; with --sandbox it ends in `sandbox` */
  outRoot: string;
  prefix: string;
  settings: Settings;
  ctx: Context;
}

export interface OpenedMail extends SmtpSession {
  from: Mailbox;
  sandbox: boolean;
  /** where the sandbox puts what it took; absolute */
  outbox: string | undefined;
}

/** who sends in the sandbox, unless ORKEYS_MAIL_FROM says */
const SANDBOX_SENDER: Mailbox = { name: 'Workshop', address: 'workshop@example.org' };

/** The mail server that the settings name; with --sandbox one in this process, which delivers into a folder. */
export async function openMail(request: MailRequest): Promise<OpenedMail> {
  const { settings, ctx } = request;
  const { openMailSession } = await import('../mail/smtp-session.ts');
  const { stop, stopNow } = ctx.interrupts;
  const tools = { stop, stopNow };
  if (request.sandbox) {
    const outbox = join(request.outRoot, request.prefix, 'outbox');
    const server = await startMailServer({ deliver: (mail) => putIntoOutbox(outbox, mail, ctx) });
    const from = mailSender(settings) ?? SANDBOX_SENDER;
    const session = openMailSession({ host: '127.0.0.1', port: server.port, tls: 'none-loopback', from, ...tools });
    const close = async () => {
      await session.close();
      await server.close();
    };
    // Its port changes each time.
    return { ...session, server: 'sandbox', close, from, sandbox: true, outbox };
  }
  const server: MailServer = await mailSettings(settings, () => savedPassword(settings, ctx));
  for (const secret of [server.password, server.token]) if (secret) ctx.redactor.learn(secret);
  return { ...openMailSession({ ...server, ...tools }), from: server.from, sandbox: false, outbox: undefined };
}

/** That of `orkeys login --smtp`, which knows users of plain letters only. */
async function savedPassword(settings: Settings, ctx: Context): Promise<Secret | undefined> {
  try {
    return await storedMailPassword(mailLoginOf(settings), ctx);
  } catch (error) {
    if (error instanceof CliError && error.code === 'no_mail_server') return undefined;
    throw error;
  }
}

/** `0001-anna@example.org.eml`, in the order in which they came. */
async function putIntoOutbox(outbox: string, { to, source }: DeliveredMail, ctx: Context): Promise<void> {
  await makeFolder(outbox, ctx);
  const numbers = (await readdir(outbox)).map((name) => Number(/^(\d+)-/.exec(name)?.[1] ?? 0));
  const number = String(Math.max(0, ...numbers) + 1).padStart(4, '0');
  const address = (to[0] ?? 'nobody').replaceAll(/[^A-Za-z0-9@._+-]/g, '_').slice(0, 100);
  await writePrivateFile(join(outbox, `${number}-${address}.eml`), source, ctx);
}
