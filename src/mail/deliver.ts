import { Readable } from 'node:stream';
import { domainToASCII } from 'node:url';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailOutcome, OutgoingMail, RefusedAddress } from '../handout/mail-api.ts';
import { loginWanted } from './connect-error.ts';
import type { MailServer } from './mail-server.ts';
import { readReply } from './server-reply.ts';
import { type StepFailure, takeStep } from './smtp-step.ts';

export interface Delivery {
  mail: OutgoingMail;
  server: MailServer;
  /** ms, as in MailTimeouts */
  limits: { envelope: number; text: number; stop: AbortSignal };
  beforeText(): Promise<void>;
}

type SendInfo = Parameters<Parameters<SMTPConnection['send']>[2]>[1];

/** Gives one mail to the server, once. What became of it is certain up to the moment when the server asks for the text. */
export async function deliver(connection: SMTPConnection, delivery: Delivery): Promise<MailOutcome> {
  const { mail, limits } = delivery;
  const to = new Map(mail.to.map((address) => [wireAddress(address), address]));
  const foreign = [mail.from, ...mail.to].find((address) => !isAscii(address.slice(0, address.lastIndexOf('@'))));
  if (foreign !== undefined && !offersUtf8(connection)) {
    // The code of RFC 6531 for it; the server is not asked, because it could only misread the address.
    const reply = `5.6.7 the server accepts no letters beyond ASCII before the @, as in ${foreign}`;
    return { kind: 'refused', at: foreign === mail.from ? 'from' : 'to', status: 553, reply, permanent: true };
  }
  const text = new HeldText(mail.source, delivery.beforeText);
  const envelope = { from: wireAddress(mail.from), to: [...to.keys()], size: mail.source.length };
  const step = await takeStep<SendInfo>(connection, { timeout: limits.envelope, stop: limits.stop }, (done, extend) => {
    text.onAsked = () => extend(limits.text);
    connection.send(envelope, text, done);
  });
  // The line of the journal is written or not before anybody hears of the outcome.
  await text.begun;
  if (text.refusal) {
    connection.close();
    throw text.refusal.error;
  }
  if ('failed' in step) return failedOutcome(step.failed, text.asked, delivery, connection);
  const { status, text: reply } = readReply(step.done.response);
  return { kind: 'accepted', status, reply, refused: refusedAddresses(step.done, to) };
}

/** A message that gives out no byte before the server asked for it and the line about it is written. */
class HeldText extends Readable {
  readonly #source: Uint8Array;
  readonly #beforeText: () => Promise<void>;
  onAsked: () => void = () => undefined;
  asked = false;
  /** settled once it is known whether the text may leave */
  begun: Promise<void> = Promise.resolve();
  refusal: { error: unknown } | undefined;

  constructor(source: Uint8Array, beforeText: () => Promise<void>) {
    super();
    this.#source = source;
    this.#beforeText = beforeText;
  }

  override _read(): void {
    if (this.asked) return;
    this.asked = true;
    this.onAsked();
    this.begun = this.#beforeText().then(
      () => {
        if (this.destroyed) return;
        this.push(this.#source);
        this.push(null);
      },
      (error: unknown) => {
        this.refusal = { error };
        // Another error than that: the library writes into the one it gets.
        this.destroy(new Error('the text is held back'));
      },
    );
  }
}

function failedOutcome(
  failure: StepFailure,
  asked: boolean,
  { server }: Delivery,
  connection: SMTPConnection,
): MailOutcome {
  const { status, text } = readReply(failure.reply ?? '');
  const isNo = failure.how === 'reply' && status >= 400;
  if (isNo && !asked && [530, 534, 535, 538].includes(status)) {
    connection.close();
    throw loginWanted(server, failure.reply ?? '');
  }
  if (isNo) {
    return { kind: 'refused', at: placeOf(failure, asked), status, reply: text, permanent: status >= 500 };
  }
  if (failure.codes.includes('EMESSAGE') && failure.reply === undefined) {
    const reply = '5.3.4 the message is larger than the server accepts';
    return { kind: 'refused', at: 'message', status: 552, reply, permanent: true };
  }
  connection.close();
  return { kind: asked ? 'unknown' : 'not_sent', reason: reasonOf(failure, asked) };
}

function placeOf({ command }: StepFailure, asked: boolean): 'from' | 'to' | 'message' {
  if (asked) return 'message';
  return command === 'MAIL FROM' ? 'from' : command === 'RCPT TO' ? 'to' : 'message';
}

function reasonOf({ how, reply }: StepFailure, asked: boolean): string {
  const where = asked ? 'after it had asked for the message' : 'before it had asked for the message';
  if (how === 'stopped') return `stopped ${asked ? 'while the message was under way' : 'before the message was sent'}`;
  if (how === 'silent') return `the server did not answer ${where}`;
  if (reply !== undefined) return `the server sent something that is no answer ${where}`;
  return `the server closed the connection ${where}`;
}

function refusedAddresses({ rejectedErrors = [] }: SendInfo, to: ReadonlyMap<string, string>): RefusedAddress[] {
  return rejectedErrors.map(({ recipient = '', response = '' }) => {
    const { status, text } = readReply(response);
    return { address: to.get(recipient) ?? recipient, status, reply: text };
  });
}

/** The domain as DNS knows it. The part before the @ has no such form. */
function wireAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  return `${address.slice(0, at)}@${domainToASCII(domain) || domain}`;
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function offersUtf8(connection: SMTPConnection): boolean {
  return Reflect.get(connection, '_supportedExtensions')?.includes('SMTPUTF8') === true;
}
