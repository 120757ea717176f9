import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { CliError, EXIT } from '../errors.ts';
import { connectError, loginError, noLoginError, notEncrypted } from './connect-error.ts';
import type { MailServer } from './mail-server.ts';
import { type StepOptions, takeStep } from './smtp-step.ts';

export interface LinkOptions {
  /** ms for connecting and for logging in, each */
  timeout: number;
  stop: AbortSignal;
  /** certificate authorities in PEM, instead of those that Node knows */
  authorities?: string | undefined;
}

/** Opens a connection and logs in. Throws CliError when it cannot be reached (5), is not trusted (2) or does not let us in (4). */
export async function openLink(server: MailServer, options: LinkOptions): Promise<SMTPConnection> {
  const connection = newConnection(server, options);
  // It may break at any later time, and nobody waits then.
  connection.on('error', () => undefined);
  try {
    await connect(connection, server, options);
    if (server.user !== undefined) await login(connection, server, options);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function newConnection({ host, port, tls, user, token }: MailServer, { timeout, authorities }: LinkOptions) {
  return new SMTPConnection({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none-loopback',
    // Said aloud: NODE_TLS_REJECT_UNAUTHORIZED=0 and --tls-min-v1.0 change only what is not.
    tls: {
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(authorities !== undefined && { ca: authorities }),
    },
    allowInternalNetworkInterfaces: true,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    dnsTimeout: timeout,
    // Every step has its own bound.
    socketTimeout: 3_600_000,
    socketCloseTimeout: 0,
    maxResponseSize: 65_536,
    customAuth: { XOAUTH2: ({ sendCommand }) => sendToken(user ?? '', token?.reveal() ?? '', sendCommand) },
  });
}

type SendCommand = (command: string) => Promise<{ status: number }>;

/** XOAUTH2: user and token in one line. A no comes as 334 with the reason; the real reply follows an empty line. */
async function sendToken(user: string, token: string, send: SendCommand): Promise<void> {
  const { status } = await send(`AUTH XOAUTH2 ${tokenLine(user, token)}`);
  const last = status === 334 ? (await send('')).status : status;
  if (last < 200 || last >= 300) throw new Error('the token was refused');
}

function tokenLine(user: string, token: string): string {
  return Buffer.from(`user=${user}\u0001auth=Bearer ${token}\u0001\u0001`).toString('base64');
}

async function connect(connection: SMTPConnection, server: MailServer, options: StepOptions): Promise<void> {
  const step = await takeStep<true>(connection, options, (done) => {
    connection.connect((error) => done(error, true));
  });
  if ('failed' in step) throw step.failed.how === 'stopped' ? stopped() : connectError(server, step.failed);
  if (server.tls !== 'none-loopback' && !connection.secure) throw notEncrypted(server);
}

async function login(connection: SMTPConnection, server: MailServer, options: StepOptions): Promise<void> {
  if (!connection.allowsAuth) throw noLoginError(server);
  const { user, password, token } = server;
  const step = await takeStep<boolean>(connection, options, (done) => {
    if (token) connection.login({ method: 'XOAUTH2', user }, done);
    else connection.login({ user, pass: password?.reveal() }, done);
  });
  if (!('failed' in step)) return;
  throw step.failed.how === 'stopped' ? stopped() : loginError(server, step.failed, wordsOfLogin(server));
}

/** How the password or token went over the line: a server may quote it. */
function wordsOfLogin({ user = '', password, token }: MailServer): string[] {
  const secret = (token ?? password)?.reveal() ?? '';
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return [tokenLine(user, secret), base64(`\0${user}\0${secret}`), base64(secret), secret];
}

function stopped(): CliError {
  return new CliError('interrupted', EXIT.INTERRUPTED, 'Stopped before the mail server was ready. No mail was sent.');
}
