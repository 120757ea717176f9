import type { Client } from './clients.ts';
import { lastFour, limitText, recipientName, sharedText } from './key-text.ts';
import type { Recipient } from './recipients.ts';
import { clientText, type GuideOptions, worksText } from './start-guide.ts';
import { fillTemplate, templateProblems } from './template.ts';

/** What a mail is made from. */
export interface MailTemplate {
  subject: string;
  text: string;
}

export interface MailWords {
  subject: string;
  text: string;
}

export const MAIL_SUBJECT = 'Your OpenRouter key for {{workshop}}';

export const MAIL_TEXT = `Hello {{name}},

this is your OpenRouter API key for {{workshop}}:

{{key}}

Limit: {{limit}}
{{works}}{{shared}}

Keep it to yourself: whoever has it spends your limit. Do not forward this mail, do not put the key into a notebook, and do not commit
it. If it got out, answer this mail: you get a new one within a minute.
`;

/** For a key that is in the attached page. */
export const MAIL_TEXT_WITH_PAGE = MAIL_TEXT.replace(
  'this is your OpenRouter API key for {{workshop}}:\n\n{{key}}\n',
  'attached is a page with your OpenRouter API key for {{workshop}}. Open it in a browser. The key ends with {{last_four}}.\n',
);

/** A subject is shown on locked screens and kept in logs, so nothing of the key is among its fields. */
export const SUBJECT_FIELDS = ['name', 'email', 'group', 'workshop'] as const;
export const MAIL_FIELDS = [
  ...SUBJECT_FIELDS,
  'key',
  'limit',
  'works',
  'shared',
  'last_four',
  'model',
  'snippets',
] as const;

/** Something that is wrong with a template. */
export interface MailProblem {
  where: 'subject' | 'text';
  /** 1-based */
  line: number;
  code: 'unknown_placeholder' | 'key_missing' | 'line_break';
  message: string;
}

/** Everything that is wrong, at once. `keyIn`: where the key of a person is. */
export function mailProblems({ subject, text }: MailTemplate, keyIn: 'text' | 'attachment'): MailProblem[] {
  const unknown = (where: MailProblem['where'], template: string, known: readonly string[]) =>
    templateProblems(template, known).map(({ line, name }): MailProblem => {
      const isSecret = where === 'subject' && MAIL_FIELDS.some((field) => field === name);
      const place = where === 'subject' ? 'subject' : `line ${line}`;
      const message = `${place}: {{${name}}}${isSecret ? ', which is for the text only' : ''}`;
      return { where, line, code: 'unknown_placeholder', message };
    });
  const problems = [...unknown('subject', subject, SUBJECT_FIELDS), ...unknown('text', text, MAIL_FIELDS)];
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(subject) || subject.trim() === '') {
    const message = 'subject: it must be one line of text';
    problems.push({ where: 'subject', line: 1, code: 'line_break', message });
  }
  if (keyIn === 'text' && !/\{\{\s*key\s*\}\}/.test(text)) {
    const message = 'no {{key}}: nobody would get a key';
    problems.push({ where: 'text', line: 1, code: 'key_missing', message });
  }
  return problems;
}

/** The mail of one person. */
export function mailWords(template: MailTemplate, recipient: Recipient, options: GuideOptions): MailWords {
  return fill(template, recipient, options, recipient.secret.reveal());
}

/** The same for the eyes of others: the key is masked. */
export function maskedWords(template: MailTemplate, recipient: Recipient, options: GuideOptions): MailWords {
  return fill(template, recipient, options, recipient.secret.toString());
}

function fill(template: MailTemplate, recipient: Recipient, options: GuideOptions, key: string): MailWords {
  const { participant } = recipient;
  const subject = {
    name: oneLine(recipientName(recipient)),
    email: oneLine(participant?.emails[0] ?? ''),
    group: oneLine(participant?.group ?? ''),
    workshop: oneLine(options.prefix),
  } satisfies Record<(typeof SUBJECT_FIELDS)[number], string>;
  const text: Record<(typeof MAIL_FIELDS)[number], string> = {
    ...subject,
    key,
    limit: limitText(recipient),
    works: worksText(recipient, options),
    shared: recipient.sharedBy ? `\n${sharedText(recipient.sharedBy)}. All of you spend the same limit.` : '',
    last_four: lastFour(recipient),
    model: options.model,
    snippets: options.clients
      .map((client: Client) => clientText(client, options.model, recipient.sharedBy?.user))
      .join('\n\n'),
  };
  return {
    subject: oneLine(fillTemplate(template.subject, new Map(Object.entries(subject)))),
    text: fillTemplate(template.text, new Map(Object.entries(text))),
  };
}

/** A line break in a name would begin a header, or a line that the template does not have. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}
