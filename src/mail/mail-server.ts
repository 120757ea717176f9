import type { Secret } from '../secret.ts';

export interface Mailbox {
  name?: string | undefined;
  address: string;
}

/** A mail server and how to log in there. */
export interface MailServer {
  /** as the certificate names it: letters, digits and hyphens; or an IP address, IPv6 without brackets */
  host: string;
  port: number;
  /** `none-loopback`: in the clear, which only this computer itself may be spoken to */
  tls: 'implicit' | 'starttls' | 'none-loopback';
  user?: string | undefined;
  password?: Secret | undefined;
  /** an access token of OAuth 2.0, for XOAUTH2; instead of a password */
  token?: Secret | undefined;
  from: Mailbox;
}
