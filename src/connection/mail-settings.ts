import { type Issue, usageError } from '../errors.ts';
import type { Mailbox, MailServer } from '../mail/mail-server.ts';
import { isLoopback } from '../openrouter/base-url.ts';
import { plural } from '../plural.ts';
import { checkAddress } from '../roster/email-address.ts';
import { Secret } from '../secret.ts';
import type { Settings } from '../settings.ts';

/** Ports of RFC 8314 and RFC 6409. */
const USUAL_PORTS = { 'smtps:': 465, 'smtp:': 587 } as const;

const EXAMPLE =
  'ORKEYS_SMTP_URL=smtps://zane@smtp.example.org, ORKEYS_MAIL_FROM=zane@example.org, ORKEYS_SMTP_PASSWORD=…';

/**
 * Through which server mails go, and who sends them. Throws CliError (exit 2) that names everything that is wrong at once. `saved`: the
 * password in the key store, asked only where the settings have none.
 */
export async function mailSettings(settings: Settings, saved: () => Promise<Secret | undefined>): Promise<MailServer> {
  const problems: string[] = [];
  const place = readServer(settings.get('ORKEYS_SMTP_URL'), problems);
  const login = await readLogin(settings, place, saved, problems);
  const from = readSender(settings.get('ORKEYS_MAIL_FROM'), problems);
  if (!place || !from || problems.length > 0) {
    throw usageError('mail_settings', `Mail is not set up: ${plural(problems.length, 'problem')}.`, {
      issues: problems.map((message): Issue => ({ code: 'bad_setting', message })),
      hint: `In .env or in the environment: ${EXAMPLE}. Without a mail server: orkeys handout drafts`,
    });
  }
  return { ...place, ...login, from };
}

/** Who sends, if ORKEYS_MAIL_FROM says. Throws CliError (exit 2) when it is no address. */
export function mailSender(settings: Settings): Mailbox | undefined {
  const text = settings.get('ORKEYS_MAIL_FROM');
  if (text === undefined) return undefined;
  const sender = readMailbox(text);
  if (sender) return sender;
  throw usageError('mail_settings', `${BAD_SENDER}.`, { hint: 'For example: ORKEYS_MAIL_FROM=zane@example.org' });
}

const BAD_SENDER = 'ORKEYS_MAIL_FROM is not an email address, or a name and <address>';

/** `Zane Liepa <zane@example.org>` or the address alone; undefined when it is neither. */
export function readMailbox(text: string): Mailbox | undefined {
  const [, quoted, plain, inside] = /^(?:"([^"\\]*)"|([^<>"]*?))\s*<([^<>\s]+)>$/.exec(text.trim()) ?? [];
  const name = (quoted ?? plain ?? '').trim();
  const checked = checkAddress(inside ?? text.trim());
  if (!('address' in checked) || /\p{Cc}/u.test(name)) return undefined;
  return { address: checked.address, ...(name !== '' && { name }) };
}

type Place = Pick<MailServer, 'host' | 'port' | 'tls' | 'user'>;

function readServer(text: string | undefined, problems: string[]): Place | undefined {
  const refuse = (problem: string) => {
    problems.push(problem);
    return undefined;
  };
  if (text === undefined) return refuse('ORKEYS_SMTP_URL is not set');
  // Read twice: only as a web address is the host checked and turned into its ASCII form; only as what it is is the port kept.
  const host = URL.canParse(text) && asWebAddress(text);
  if (!host) return refuse('ORKEYS_SMTP_URL is not a URL such as smtps://zane@smtp.example.org');
  const url = new URL(text);
  const { protocol, port } = url;
  // It is not shown: it contains the password.
  if (url.password !== '')
    return refuse('ORKEYS_SMTP_URL contains a password; put it into ORKEYS_SMTP_PASSWORD instead');
  if (protocol !== 'smtps:' && protocol !== 'smtp:')
    return refuse('ORKEYS_SMTP_URL must begin with smtps:// (TLS, port 465) or smtp:// (STARTTLS, port 587)');
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '')
    return refuse('ORKEYS_SMTP_URL must end after the host and the port');
  const user = decode(url.username);
  if (user === undefined || /\p{Cc}/u.test(user)) return refuse('The user in ORKEYS_SMTP_URL is not readable');
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? USUAL_PORTS[protocol] : Number(port),
    tls: protocol === 'smtps:' ? 'implicit' : isLoopback(host) ? 'none-loopback' : 'starttls',
    ...(user !== '' && { user }),
  };
}

function asWebAddress(text: string): string | undefined {
  const web = text.replace(/^[a-z]+:/i, 'https:');
  return URL.canParse(web) ? new URL(web).hostname : undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

async function readLogin(
  settings: Settings,
  place: Place | undefined,
  saved: () => Promise<Secret | undefined>,
  problems: string[],
): Promise<Pick<MailServer, 'password' | 'token'>> {
  const password = settings.get('ORKEYS_SMTP_PASSWORD');
  const token = settings.get('ORKEYS_SMTP_TOKEN');
  const has = password === undefined ? 'ORKEYS_SMTP_TOKEN' : 'ORKEYS_SMTP_PASSWORD';
  if (password !== undefined && token !== undefined)
    problems.push('ORKEYS_SMTP_PASSWORD and ORKEYS_SMTP_TOKEN are both set; keep one of them');
  else if ((password ?? token) !== undefined && place && place.user === undefined)
    problems.push(`${has} is set, but ORKEYS_SMTP_URL names no user: smtps://user@host`);
  else if ((password ?? token) === undefined && place?.user !== undefined) {
    const stored = await saved();
    if (stored) return { password: stored };
    problems.push(
      'ORKEYS_SMTP_URL names a user, but neither ORKEYS_SMTP_PASSWORD nor ORKEYS_SMTP_TOKEN is set, and orkeys login --smtp saved none',
    );
  }
  if (/[^\x20-\x7e]/.test(token ?? '')) problems.push('ORKEYS_SMTP_TOKEN contains characters that no token has');
  return {
    ...(password !== undefined && { password: new Secret(password) }),
    ...(token !== undefined && { token: new Secret(token) }),
  };
}

function readSender(text: string | undefined, problems: string[]): Mailbox | undefined {
  const sender = text === undefined ? undefined : readMailbox(text);
  if (sender) return sender;
  problems.push(text === undefined ? 'ORKEYS_MAIL_FROM is not set' : BAD_SENDER);
  return undefined;
}
