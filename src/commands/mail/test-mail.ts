import { openMail } from '../../connection/local-mail.ts';
import type { Context } from '../../context.ts';
import { CliError, EXIT, type ExitCode } from '../../errors.ts';
import { recipientName } from '../../handout/key-text.ts';
import { Secret } from '../../secret.ts';
import { readBareAddress } from '../../selection/read-mail-text.ts';
import { readSettings } from '../../settings.ts';
import { printJson } from '../../terminal/json.ts';
import { createStyle } from '../../terminal/style.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { titledLine } from '../../terminal/wrap.ts';
import { composeFor, type MailFlags, prepareMail } from './prepare.ts';
import { nobodyToMail } from './preview.ts';

/** As long as a key, and never one. */
const NO_KEY = new Secret(`sk-or-v1-${'0'.repeat(64)}`);

export interface MailTestFlags extends MailFlags {
  testTo: string;
}

/** Sends the mail of one person to the organizer, with a key that does not exist. Nothing is recorded. */
export async function runMailTest(prefix: string | undefined, flags: MailTestFlags, ctx: Context): Promise<ExitCode> {
  const address = readBareAddress(flags.testTo, '--to');
  const prepared = await prepareMail(prefix, flags, ctx);
  const { text, gathered } = prepared;
  const found = gathered.recipients.find(({ participant }) => participant?.emails.length);
  if (!found) throw nobodyToMail(gathered.id.prefix);
  const recipient = { ...found, secret: NO_KEY };
  const template = { ...text.template, subject: `[Test] ${text.template.subject}` };
  const { prefix: name, outRoot } = gathered.id;
  const mail = await openMail({ sandbox: flags.sandbox, outRoot, prefix: name, settings: readSettings(ctx), ctx });
  try {
    const id = Buffer.from(ctx.random(8)).toString('hex');
    const messageId = `<test.${id}@${mail.from.address.slice(mail.from.address.lastIndexOf('@') + 1)}>`;
    const composed = await composeFor(
      { recipient, to: [address], messageId },
      { ...prepared, text: { ...text, template } },
      mail,
      ctx,
    );
    const outcome = flags.dryRun ? undefined : await mail.send(composed, async () => undefined);
    if (outcome && outcome.kind !== 'accepted') {
      const words = outcome.kind === 'refused' ? `${outcome.status} ${outcome.reply}` : outcome.reason;
      throw new CliError('mail_test', EXIT.PARTIAL, `The test email was not accepted: ${words}`, {
        hint: 'Nothing was sent to a participant. Fix this before orkeys mail send.',
      });
    }
    const head = { version: 1, command: 'mail test', dry_run: flags.dryRun, sandbox: flags.sandbox };
    const json = { to: address, server: mail.server, message_id: messageId, accepted: outcome !== undefined };
    if (flags.json) printJson(ctx, { ...head, prefix: name, ...json });
    else {
      const { bold } = createStyle(ctx.env, ctx.stdout);
      const line = (title: string, text: string) =>
        ctx.stdout.write(titledLine(title, visibleText(text), ctx.stdout, bold));
      line('Test', `the email of ${recipientName(recipient)}, with a key that does not exist`);
      line(outcome ? 'Accepted' : 'Dry run', `${outcome ? 'by' : 'nothing was sent;'} ${mail.server}, to ${address}`);
      if (mail.outbox !== undefined && outcome) line('Look', `into ${mail.outbox}`);
      else if (outcome) line('Look', 'into your mailbox, and into the spam folder');
    }
    return EXIT.OK;
  } finally {
    await mail.close();
  }
}
