import MailComposer from 'nodemailer/lib/mail-composer';
import { invariant } from '../errors.ts';

export interface MailParts {
  /** absent in a draft: the program that sends it knows */
  from?: { name?: string | undefined; address: string } | undefined;
  /** the addresses of one person */
  to: readonly { name: string; address: string }[];
  subject: string;
  text: string;
  html?: string | undefined;
  attachments?: readonly MailAttachment[] | undefined;
  /** with angle brackets: `<k7f3q2xw.1@example.org>` */
  messageId?: string | undefined;
  date: Date;
  replyTo?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
}

export interface MailAttachment {
  name: string;
  contentType: string;
  bytes: Uint8Array;
}

/** One message, RFC 5322, with CRLF. Nothing of it is read from a file or an address, and there is no Cc and no Bcc. */
export async function composeMail(parts: MailParts): Promise<Uint8Array> {
  const { from, to, text, html, attachments = [], messageId, date, replyTo, headers = {} } = parts;
  const addresses = [from?.address, replyTo, ...to.map((each) => each.address)].filter((each) => each !== undefined);
  for (const address of addresses)
    invariant(isBareAddress(address), 'an address in a header is one address and nothing else');
  for (const [name, value] of Object.entries(headers)) {
    invariant(/^[A-Za-z-]+$/.test(name) && !/^(b?cc|to|from|sender)$/i.test(name), 'headers name no further people');
    invariant(oneLine(value) === value, 'a header is one line');
  }
  const composer = new MailComposer({
    ...(from && { from: { name: oneLine(from.name ?? ''), address: from.address } }),
    to: to.map(({ name, address }) => ({ name: oneLine(name), address })),
    ...(replyTo !== undefined && { replyTo: { name: '', address: replyTo } }),
    subject: oneLine(parts.subject),
    text: linesOf(text),
    ...(html !== undefined && { html: linesOf(html) }),
    attachments: attachments.map(({ name, contentType, bytes }) => ({
      filename: oneLine(name),
      contentType,
      content: Buffer.from(bytes),
    })),
    ...(messageId !== undefined && { messageId }),
    date,
    headers: { ...headers },
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** No list, no name, no line break: what could name somebody else as well. */
function isBareAddress(address: string): boolean {
  return /^[^\s<>,;:"()[\]\\@\p{Cc}]+@[^\s<>,;:"()\\@\p{Cc}]+$/u.test(address);
}

/** The library turns LF into CRLF and leaves a CR alone, which some servers take for the end of a line. */
function linesOf(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

/** A line break in a name or a subject would begin a header of its own. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
