import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { MAIL_FIELDS, MAIL_SUBJECT, MAIL_TEXT } from '../../handout/mail-text.ts';
import { printJson } from '../../terminal/json.ts';

/** Prints what mails are made from, to be changed and given to `--template`. */
export function runMailTemplate({ json }: { json: boolean }, ctx: Context): ExitCode {
  if (json) {
    printJson(ctx, {
      version: 1,
      command: 'mail template',
      subject: MAIL_SUBJECT,
      template: MAIL_TEXT,
      placeholders: MAIL_FIELDS,
    });
  } else ctx.stdout.write(MAIL_TEXT);
  return EXIT.OK;
}
