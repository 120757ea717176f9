import { readMailbox } from '../connection/mail-settings.ts';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import type { Client } from '../handout/clients.ts';
import {
  MAIL_FIELDS,
  MAIL_SUBJECT,
  MAIL_TEXT,
  MAIL_TEXT_WITH_PAGE,
  type MailTemplate,
  mailProblems,
} from '../handout/mail-text.ts';
import { plural } from '../plural.ts';
import { readClients, readModel, readTemplateFile } from './read-guide-flags.ts';

/** Options of whoever makes a mail for a participant. */
export interface MailTextFlags {
  template?: string | undefined;
  subject?: string | undefined;
  replyTo?: string | undefined;
  attach: 'page' | 'none';
  to: 'first' | 'all';
  client?: string | undefined;
  model: string;
}

export interface MailText {
  template: MailTemplate;
  clients: readonly Client[];
  model: string;
  replyTo: string | undefined;
  attach: 'page' | 'none';
}

/** What the mails say. Throws CliError (exit 2) with everything that is wrong, before anybody is asked for anything. */
export async function readMailText(flags: MailTextFlags, usual: string, ctx: Context): Promise<MailText> {
  const clients = readClients(flags.client);
  const model = readModel(flags.model);
  const template = await readTemplate(flags, usual, ctx);
  const replyTo = flags.replyTo === undefined ? undefined : readBareAddress(flags.replyTo, '--reply-to');
  return { template, clients, model, replyTo, attach: flags.attach };
}

async function readTemplate(flags: MailTextFlags, usual: string, ctx: Context): Promise<MailTemplate> {
  const keyIn = flags.attach === 'page' ? 'attachment' : 'text';
  const file = flags.template === undefined ? undefined : await readTemplateFile(flags.template, usual, ctx);
  const usualText = keyIn === 'text' ? MAIL_TEXT : MAIL_TEXT_WITH_PAGE;
  const template = { subject: flags.subject ?? MAIL_SUBJECT, text: file?.text ?? usualText };
  const problems = mailProblems(template, keyIn);
  if (problems.length === 0) return template;
  throw usageError('bad_template', `The mail cannot be made: ${plural(problems.length, 'problem')} in its text.`, {
    issues: problems.map(({ message }) => ({ code: 'unknown_placeholder', message })),
    hint: `Available placeholders: ${MAIL_FIELDS.map((name) => `{{${name}}}`).join(', ')}`,
  });
}

/** An email address without a name. */
export function readBareAddress(typed: string, flag: string): string {
  const mailbox = readMailbox(typed);
  if (mailbox && mailbox.name === undefined) return mailbox.address;
  throw usageError('bad_address', `Invalid ${flag} ${typed}: expected an email address.`, {
    hint: `For example: ${flag} help@example.org`,
  });
}
