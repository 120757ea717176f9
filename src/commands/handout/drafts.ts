import { mailSender } from '../../connection/mail-settings.ts';
import type { Context } from '../../context.ts';
import type { ExitCode } from '../../errors.ts';
import { folderLabels } from '../../handout/folder-label.ts';
import { keyPage } from '../../handout/key-page.ts';
import { recipientName } from '../../handout/key-text.ts';
import { type MailTemplate, mailWords } from '../../handout/mail-text.ts';
import type { Recipient } from '../../handout/recipients.ts';
import type { GuideOptions } from '../../handout/start-guide.ts';
import type { Mailbox } from '../../mail/mail-server.ts';
import { plural } from '../../plural.ts';
import { gather, type HandoutFlags, leaveOut } from '../../selection/gather-recipients.ts';
import { type MailTextFlags, readMailText } from '../../selection/read-mail-text.ts';
import { readSettings } from '../../settings.ts';
import { handOut } from './hand-out.ts';
import type { MadeFile } from './save-handout.ts';

export interface DraftFlags extends HandoutFlags, MailTextFlags {}

/** Writes an email for each person, to be sent from the organizer's own mail program. */
export async function runDrafts(prefix: string | undefined, flags: DraftFlags, ctx: Context): Promise<ExitCode> {
  const { template, clients, model, replyTo } = await readMailText(flags, USUAL, ctx);
  const from = mailSender(readSettings(ctx));
  const all = await gather('drafts', prefix, flags, ctx);
  const gathered = leaveOut(all, ({ participant }) => (participant?.emails.length ? undefined : 'no_email'));
  const { recipients, id } = gathered;
  const guide = { prefix: id.prefix, clients, model };
  const labels = folderLabels(recipients);
  const fileOf = (recipient: Recipient) => `drafts/${labels.get(recipient) ?? recipient.tag}.eml`;
  const draft: Draft = { template, guide, from, replyTo, attach: flags.attach, to: flags.to, date: ctx.now() };
  return handOut(
    {
      what: 'drafts',
      line: `${plural(recipients.length, 'participant')}, an email each to send from your own mail program`,
      gathered,
      flags,
      folders: new Map(recipients.map((recipient) => [recipient, fileOf(recipient)])),
      make: () =>
        Promise.all(
          recipients.map(
            async (recipient): Promise<MadeFile> => ({
              name: fileOf(recipient),
              bytes: await draftOf(recipient, draft),
              hasKeys: false,
            }),
          ),
        ),
      next: [
        ['Send', 'open each .eml file and send it; Outlook opens it as a new message, some programs as a received one'],
        ['Try it', 'with one first: not every program keeps the recipient and the text'],
      ],
    },
    ctx,
  );
}

interface Draft extends Pick<DraftFlags, 'attach' | 'to'> {
  template: MailTemplate;
  guide: GuideOptions;
  from: Mailbox | undefined;
  replyTo: string | undefined;
  date: Date;
}

async function draftOf(recipient: Recipient, { template, guide, from, replyTo, attach, to, date }: Draft) {
  const { composeMail } = await import('../../mail/compose-mail.ts');
  const emails = recipient.participant?.emails ?? [];
  const name = recipientName(recipient);
  const page = { name: 'key.html', contentType: 'text/html; charset=utf-8' };
  return composeMail({
    ...(from && { from }),
    to: emails.slice(0, to === 'first' ? 1 : emails.length).map((address) => ({ name, address })),
    ...mailWords(template, recipient, guide),
    ...(attach === 'page' && {
      attachments: [{ ...page, bytes: new TextEncoder().encode(keyPage(recipient, guide, 'mail')) }],
    }),
    // The program that sends it gives it one of its own.
    messageId: `<${recipient.tag}@draft.invalid>`,
    date,
    replyTo,
    headers: { 'X-Unsent': '1' },
  });
}

const USUAL = 'orkeys mail template > mail.txt';
