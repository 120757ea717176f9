import { mailSender } from '../../connection/mail-settings.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import { recipientName } from '../../handout/key-text.ts';
import { maskedWords } from '../../handout/mail-text.ts';
import { readSettings } from '../../settings.ts';
import { printJson } from '../../terminal/json.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { participantJson } from '../../views/key-json.ts';
import { type MailFlags, prepareMail } from './prepare.ts';
import { mailboxText } from './screen.ts';

/** Prints the mail of one person, with a masked key. */
export async function runPreview(prefix: string | undefined, flags: MailFlags, ctx: Context): Promise<ExitCode> {
  const { text, gathered, guide } = await prepareMail(prefix, flags, ctx);
  const recipient = gathered.recipients.find(({ participant }) => participant?.emails.length);
  if (!recipient) throw nobodyToMail(gathered.id.prefix);
  const from = mailSender(readSettings(ctx));
  const emails = recipient.participant?.emails ?? [];
  const to = emails.slice(0, flags.to === 'first' ? 1 : emails.length);
  const words = maskedWords(text.template, recipient, guide);
  if (flags.json) {
    printJson(ctx, {
      ...{ version: 1, command: 'mail preview', sandbox: flags.sandbox, prefix: gathered.id.prefix },
      ...{ participant: participantJson(recipient.participant), from: from?.address ?? null, to, ...words },
      attachments: text.attach === 'page' ? ['key.html'] : [],
    });
    return EXIT.OK;
  }
  const head: [string, string][] = [
    ['From', from ? mailboxText(from) : '(ORKEYS_MAIL_FROM is not set)'],
    ['To', to.map((address) => mailboxText({ name: recipientName(recipient), address })).join(', ')],
    ...(text.replyTo === undefined ? [] : [['Reply-To', text.replyTo] satisfies [string, string]]),
    ['Subject', words.subject],
    ...(text.attach === 'page' ? [['Attached', 'key.html'] satisfies [string, string]] : []),
  ];
  const lines = words.text.trimEnd().split(/\r?\n/);
  ctx.stdout.write(head.map(([title, value]) => `${title}: ${visibleText(value)}\n`).join(''));
  ctx.stdout.write(`\n${lines.map(visibleText).join('\n')}\n`);
  return EXIT.OK;
}

export function nobodyToMail(prefix: string): Error {
  return usageError(
    'nothing_selected',
    `Nobody to send a key to: nobody selected in ${prefix} has a key and an email address.`,
    {
      hint: `To see who has none, run: orkeys mail status ${prefix}`,
    },
  );
}
