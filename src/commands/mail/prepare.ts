import { createHash } from 'node:crypto';
import type { ComposedMail } from '../../apply/apply-mail.ts';
import type { OpenedMail } from '../../connection/local-mail.ts';
import type { Context } from '../../context.ts';
import { keyPage } from '../../handout/key-page.ts';
import { recipientName } from '../../handout/key-text.ts';
import { type MailTemplate, mailWords, maskedWords } from '../../handout/mail-text.ts';
import type { PlannedMail } from '../../handout/plan-mail.ts';
import type { GuideOptions } from '../../handout/start-guide.ts';
import { gather, type HandoutFlags } from '../../selection/gather-recipients.ts';
import { type MailText, type MailTextFlags, readMailText } from '../../selection/read-mail-text.ts';

export interface MailFlags extends HandoutFlags, MailTextFlags {}

/** The command that writes the text that mails are made from. */
const USUAL = 'orkeys mail template > mail.txt';

/** The people and the words: without a network, and with everything that is wrong said first. */
export async function prepareMail(prefix: string | undefined, flags: MailFlags, ctx: Context) {
  const text = await readMailText(flags, USUAL, ctx);
  const gathered = await gather('mail', prefix, flags, ctx);
  const guide: GuideOptions = { prefix: gathered.id.prefix, clients: text.clients, model: text.model };
  return { text, gathered, guide };
}

export type PreparedMail = Awaited<ReturnType<typeof prepareMail>>;

/** A mail with its key, ready to leave. */
export async function composeFor(
  { recipient, to, messageId }: Pick<PlannedMail, 'recipient' | 'to' | 'messageId'>,
  { text, guide }: Pick<PreparedMail, 'text' | 'guide'>,
  { from, server }: Pick<OpenedMail, 'from' | 'server'>,
  ctx: Context,
): Promise<ComposedMail> {
  const { composeMail } = await import('../../mail/compose-mail.ts');
  const words = mailWords(text.template, recipient, guide);
  const source = await composeMail({
    from,
    to: to.map((address) => ({ name: recipientName(recipient), address })),
    ...words,
    ...(text.attach === 'page' && { attachments: [pageOf(recipient, guide)] }),
    messageId,
    date: ctx.now(),
    replyTo: text.replyTo,
    // Resend drops a second mail with the same value within a day.
    ...(server.startsWith('smtp.resend.com:') && { headers: { 'Resend-Idempotency-Key': messageId.slice(1, -1) } }),
  });
  return { from: from.address, to, source, content: contentHash(text, recipient, guide) };
}

function pageOf(recipient: PlannedMail['recipient'], guide: GuideOptions) {
  const bytes = new TextEncoder().encode(keyPage(recipient, guide, 'mail'));
  return { name: 'key.html', contentType: 'text/html; charset=utf-8', bytes };
}

/** Tells whether two mails say the same, and nothing of the key. */
function contentHash(text: MailText, recipient: PlannedMail['recipient'], guide: GuideOptions): string {
  return templateHash(maskedWords(text.template, recipient, guide));
}

export function templateHash({ subject, text }: MailTemplate): string {
  return `sha256:${createHash('sha256').update(`${subject}\n${text}`).digest('hex')}`;
}
