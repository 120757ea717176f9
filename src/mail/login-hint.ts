import type { MailServer } from './mail-server.ts';

interface Provider {
  host: RegExp;
  hint: string;
}

/** What each provider wants instead of the password that people have. Read in November 2026. */
const PROVIDERS: readonly Provider[] = [
  {
    host: /(^|\.)(gmail|googlemail|google)\.com$/,
    hint:
      'Gmail needs an app password, not the password of the account: https://myaccount.google.com/apppasswords (it wants 2-Step ' +
      'Verification). Or set ORKEYS_SMTP_TOKEN, or use: orkeys handout drafts',
  },
  {
    host: /(^|\.)(office365|outlook|hotmail)\.com$/,
    hint:
      'Exchange Online takes a password only where an administrator allows it (SMTP AUTH; off by default from the end of 2026). Ask ' +
      'your administrator, set ORKEYS_SMTP_TOKEN, or use: orkeys handout drafts',
  },
  {
    host: /(^|\.)sendgrid\.net$/,
    hint: 'At SendGrid the user is the word apikey (smtps://apikey@smtp.sendgrid.net), and ORKEYS_SMTP_PASSWORD an API key.',
  },
  {
    host: /(^|\.)resend\.com$/,
    hint: 'At Resend the user is the word resend (smtps://resend@smtp.resend.com), and ORKEYS_SMTP_PASSWORD an API key.',
  },
];

/** What to do when a server does not let us in. */
export function loginHint({ host, user, token }: Pick<MailServer, 'host' | 'user' | 'token'>): string {
  const known = PROVIDERS.find((provider) => provider.host.test(host.toLowerCase()));
  if (token) return 'Access tokens expire, mostly within an hour. Get a new one and put it into ORKEYS_SMTP_TOKEN.';
  if (known) return known.hint;
  if (user === undefined)
    return 'Put the user into ORKEYS_SMTP_URL (smtps://user@host) and the password into ORKEYS_SMTP_PASSWORD.';
  return 'Check the user in ORKEYS_SMTP_URL and ORKEYS_SMTP_PASSWORD. Without SMTP: orkeys handout drafts';
}
