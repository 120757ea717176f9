import { redactSecrets } from '../secret.ts';

/** A reply of a mail server. */
export interface ServerReply {
  /** 250, 550, …; 0 where the text is no reply */
  status: number;
  /** without the code; safe to show and to keep */
  text: string;
}

/** characters of a reply that are kept: a sentence with an address in it, and not a page */
const LONGEST = 300;

/**
 * Takes a reply apart, `550-5.1.1 no such\n550 5.1.1 user`. Its text comes from outside: control characters become spaces, and what a
 * key or a password could be part of is masked, because a server may quote the message or the login.
 * @param hidden texts that must not show, such as the password and how it was sent
 */
export function readReply(raw: string, hidden: readonly string[] = []): ServerReply {
  const status = Number(/^[2-5]\d\d(?=[ -]|$)/.exec(raw)?.[0] ?? 0);
  const lines = raw.split(/\r?\n/).map((line) => line.replace(/^\d{3}(?:[ -]|$)/, ''));
  const plain = hidden.reduce((text, secret) => (secret === '' ? text : text.replaceAll(secret, '…')), lines.join(' '));
  const masked = redactSecrets(plain)
    .replaceAll(/[0-9a-f]{16,}/gi, '…')
    .replaceAll(/[A-Za-z0-9+/]{40,}={0,2}/g, '…');
  const letters = [...masked.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()];
  return { status, text: letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : letters.join('') };
}

/** As people read it: `550 5.1.1 no such user` */
export function replyText({ status, text }: ServerReply): string {
  return text === '' ? String(status) : `${status} ${text}`;
}
