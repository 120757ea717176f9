import type { MailOutcome, MailSession, OutgoingMail } from '../../src/handout/mail-api.ts';

/** What the server does with one mail. `text`: whether it asked for the text first. */
export type Scripted = MailOutcome | (MailOutcome & { text: boolean }) | Error;

export const ACCEPTED: MailOutcome = { kind: 'accepted', status: 250, reply: '2.0.0 Ok', refused: [] };

export function refusal(status: number, reply: string, at: 'from' | 'to' | 'message' = 'to'): MailOutcome {
  return { kind: 'refused', at, status, reply, permanent: status >= 500 };
}

/** A mail server as an object: it does what the script says, mail by mail, and then accepts everything. */
export function scriptedSession(script: readonly Scripted[]): MailSession & { sent: OutgoingMail[]; tried: string[] } {
  const left = [...script];
  const sent: OutgoingMail[] = [];
  const tried: string[] = [];
  return {
    server: 'smtp.example.org:465',
    sent,
    tried,
    close: async () => undefined,
    send: async (mail, beforeText) => {
      tried.push(mail.to[0] ?? '');
      const next = left.shift() ?? ACCEPTED;
      if (next instanceof Error) throw next;
      const asks = 'text' in next ? next.text : next.kind === 'accepted' || next.kind === 'unknown';
      if (asks) await beforeText();
      if (next.kind === 'accepted' || next.kind === 'unknown') sent.push(mail);
      return next;
    },
  };
}
