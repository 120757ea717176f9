import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { mailSettings } from '../../src/connection/mail-settings.ts';
import { CliError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { readSettings } from '../../src/settings.ts';
import { temporaryFolder } from '../support/cli.ts';

const GOOD = {
  ORKEYS_SMTP_URL: 'smtps://zane@smtp.example.org',
  ORKEYS_SMTP_PASSWORD: 'hunter2-hunter2',
  ORKEYS_MAIL_FROM: 'Zane Liepa <zane@Example.org>',
};

const read = (env: Record<string, string | undefined>, saved?: Secret) =>
  mailSettings(readSettings({ env, cwd: temporaryFolder() }), async () => saved);

test('the usual setting: TLS on port 465', async () => {
  const { password, ...server } = await read(GOOD);
  expect(server).toEqual({
    host: 'smtp.example.org',
    port: 465,
    tls: 'implicit',
    user: 'zane',
    from: { name: 'Zane Liepa', address: 'zane@example.org' },
  });
  expect(password?.reveal()).toBe('hunter2-hunter2');
});

test.each([
  ['smtp://zane@smtp.example.org', { port: 587, tls: 'starttls' }],
  ['smtps://zane@smtp.example.org:443', { port: 443, tls: 'implicit' }],
  ['smtp://zane%40lnb.lv@smtp.example.org:2525/', { port: 2525, user: 'zane@lnb.lv' }],
  ['smtp://zane@lnb.lv@smtp.example.org', { user: 'zane@lnb.lv', host: 'smtp.example.org' }],
  ['smtps://zane@bānka.example', { host: 'xn--bnka-qsa.example' }],
  ['smtp://zane@localhost:1025', { tls: 'none-loopback', port: 1025 }],
  ['smtp://zane@127.0.0.1', { tls: 'none-loopback' }],
  ['smtps://zane@localhost', { tls: 'implicit' }],
  ['smtp://zane@127.0.0.1.example.org', { tls: 'starttls' }],
  ['smtp://zane@[2001:db8::1]:587', { host: '2001:db8::1', tls: 'starttls' }],
  ['smtp://zane@0x7f000001', { host: '127.0.0.1', tls: 'none-loopback' }],
])('%s', async (url, expected) => {
  expect(await read({ ...GOOD, ORKEYS_SMTP_URL: url })).toMatchObject(expected);
});

test('without a login there is no password, and a token replaces one', async () => {
  const open = await read({ ORKEYS_SMTP_URL: 'smtp://smtp.example.org', ORKEYS_MAIL_FROM: 'zane@example.org' });
  expect([open.user, open.password, open.from]).toEqual([undefined, undefined, { address: 'zane@example.org' }]);
  const { token, password } = await read({ ...GOOD, ORKEYS_SMTP_PASSWORD: undefined, ORKEYS_SMTP_TOKEN: 'ya29.token' });
  expect([token?.reveal(), password]).toEqual(['ya29.token', undefined]);
});

test('the password in the key store counts where the settings have none', async () => {
  const saved = new Secret('saved-saved');
  const { password } = await read({ ...GOOD, ORKEYS_SMTP_PASSWORD: undefined }, saved);
  expect(password?.reveal()).toBe('saved-saved');
  expect((await read(GOOD, saved)).password?.reveal()).toBe('hunter2-hunter2');
});

async function problemsOf(env: Record<string, string | undefined>) {
  try {
    await read(env);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    expect([error.code, error.exitCode]).toEqual(['mail_settings', 2]);
    expect(inspect(error, { depth: 20 })).not.toContain('hunter2');
    return error.issues.map(({ message }) => message);
  }
  return [];
}

test('everything that is missing is told at once', async () => {
  expect(await problemsOf({})).toEqual(['ORKEYS_SMTP_URL is not set', 'ORKEYS_MAIL_FROM is not set']);
});

test.each([
  ['a password in the URL', { ORKEYS_SMTP_URL: 'smtps://zane:hunter2@smtp.example.org' }, 'contains a password'],
  ['a web address', { ORKEYS_SMTP_URL: 'https://smtp.example.org' }, 'must begin with smtps://'],
  ['a host alone', { ORKEYS_SMTP_URL: 'smtp.example.org:587' }, 'is not a URL such as'],
  ['no URL', { ORKEYS_SMTP_URL: 'smtp example' }, 'is not a URL'],
  [
    'an option in the URL',
    { ORKEYS_SMTP_URL: 'smtps://zane@smtp.example.org/?rejectUnauthorized=false' },
    'must end after',
  ],
  ['a broken user', { ORKEYS_SMTP_URL: 'smtps://zane%ff@smtp.example.org' }, 'not readable'],
  ['a password and a token', { ORKEYS_SMTP_TOKEN: 'hunter2' }, 'both set'],
  ['a password without a user', { ORKEYS_SMTP_URL: 'smtps://smtp.example.org' }, 'names no user'],
  ['a user without a password', { ORKEYS_SMTP_PASSWORD: '' }, 'neither'],
  ['two senders', { ORKEYS_MAIL_FROM: 'a@example.org, b@example.org' }, 'not an email address'],
  ['a sender of two lines', { ORKEYS_MAIL_FROM: 'A\nBcc: b@example.org <a@example.org>' }, 'not an email address'],
])('%s is refused', async (_, env, problem) => {
  expect(await problemsOf({ ...GOOD, ...env })).toEqual([expect.stringContaining(problem)]);
});
