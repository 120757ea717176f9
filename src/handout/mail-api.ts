/** A mail that is ready to leave: one person, one key. */
export interface OutgoingMail {
  /** bare address of the envelope */
  from: string;
  /** bare addresses of one person */
  to: readonly string[];
  /** the whole message, RFC 5322, CRLF */
  source: Uint8Array;
}

/** What became of a mail, as far as the server said. */
export type MailOutcome =
  /** the server took it after the final dot; `refused`: addresses of the same person that it did not take */
  | { kind: 'accepted'; status: number; reply: string; refused: readonly RefusedAddress[] }
  /** a certain no. `from`, `to`, `message`: what was refused */
  | { kind: 'refused'; at: 'from' | 'to' | 'message'; status: number; reply: string; permanent: boolean }
  /** certainly not sent: lost before the text was asked for, or `beforeText` failed */
  | { kind: 'not_sent'; reason: string }
  /** lost or silent after the text was asked for: it may have arrived */
  | { kind: 'unknown'; reason: string };

export interface RefusedAddress {
  address: string;
  status: number;
  reply: string;
}

/** A connection to a mail server, logged in. A lost one is opened again by the next `send`. */
export interface MailSession {
  /** `smtp.example.org:465` */
  readonly server: string;
  /**
   * Sends one mail and never repeats it. `beforeText` is awaited after the server asked for the text (354) and before its first byte
   * leaves; if it rejects, the connection is dropped without the text, and `send` rejects with the same error. Throws CliError when the
   * server cannot be reached (exit 5), is not trusted (exit 2) or does not let us in (exit 4); nothing was sent then.
   */
  send(mail: OutgoingMail, beforeText: () => Promise<void>): Promise<MailOutcome>;
  close(): Promise<void>;
}
