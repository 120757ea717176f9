import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { MailServer } from '../../src/mail/mail-server.ts';
import { Secret } from '../../src/secret.ts';
import { makeCertificates } from './support/certificates.ts';
import { mailTo, TEST_KEY, trySending, useSession } from './support/one-mail.ts';
import { type Seen, useOtherServer } from './support/other-server.ts';

const PASSWORD = 'a password, kept';
const TOKEN = `token-${'x'.repeat(40)}`;
const certificates = makeCertificates();

function sessionTo(seen: Seen, server: Partial<MailServer> = {}) {
  const login = { user: 'zane@example.org', password: new Secret(PASSWORD) };
  const name = { port: seen.port, host: 'localhost', tls: 'implicit' as const };
  return useSession({ ...name, ...login, ...server }, { authorities: certificates?.authority });
}

describe.skipIf(!certificates)('a connection that can be trusted', () => {
  test.each([
    ['implicit', { secure: true }],
    ['starttls', { secure: false }],
  ] as const)('%s: the password and the mail go over TLS', async (tls, options) => {
    const seen = await useOtherServer(certificates?.good, options);
    const session = sessionTo(seen, { tls });
    expect(await session.check()).toEqual({ encrypted: true });
    const { outcome } = await trySending(session, await mailTo('anna@example.org'));
    expect(outcome).toMatchObject({ kind: 'accepted', status: 250 });
    expect(seen.logins).toEqual([PASSWORD]);
    expect(seen.mails.join()).toContain(TEST_KEY.slice(0, 40));
  });

  test('a token logs in by XOAUTH2', async () => {
    const seen = await useOtherServer(certificates?.good, { secure: true, authMethods: ['XOAUTH2'] });
    const session = sessionTo(seen, { password: undefined, token: new Secret(TOKEN) });
    expect((await trySending(session, await mailTo('anna@example.org'))).outcome?.kind).toBe('accepted');
    expect(seen.logins).toEqual([TOKEN]);
  });

  test.each(['LOGIN', 'CRAM-MD5'])('a server that knows only %s lets us in as well', async (method) => {
    const seen = await useOtherServer(certificates?.good, { secure: true, authMethods: [method] });
    expect((await trySending(sessionTo(seen), await mailTo('anna@example.org'))).outcome?.kind).toBe('accepted');
  });

  test('54 mails go over one connection', async () => {
    let connections = 0;
    const seen = await useOtherServer(certificates?.good, {
      secure: true,
      onConnect: (_session, callback) => {
        connections += 1;
        callback();
      },
    });
    const session = sessionTo(seen);
    for (let n = 1; n <= 54; n++) await trySending(session, await mailTo(`person${n}@example.org`));
    expect([connections, seen.logins.length, seen.mails.length]).toEqual([1, 1, 54]);
  });
});

describe.skipIf(!certificates)('no password and no mail reaches a server that cannot be trusted', () => {
  const untrusted = [
    ['self-signed', certificates?.selfSigned, 'mail_certificate'],
    ['expired', certificates?.expired, 'mail_certificate'],
    ['for another name', certificates?.otherName, 'mail_certificate'],
  ] as const;

  test.each(untrusted.flatMap((each) => [['implicit', ...each] as const, ['starttls', ...each] as const]))(
    '%s, a certificate that is %s',
    async (tls, _, certificate, code) => {
      const seen = await useOtherServer(certificate, { secure: tls === 'implicit' });
      const { error, asked } = await trySending(sessionTo(seen, { tls }), await mailTo('anna@example.org'));
      expect(error).toMatchObject({ code, exitCode: 2 });
      expect([asked, seen]).toMatchObject([0, { logins: [], senders: [], mails: [] }]);
    },
  );

  test('an authority that nobody knows', async () => {
    const seen = await useOtherServer(certificates?.good, { secure: true });
    const session = useSession({ port: seen.port, host: 'localhost', tls: 'implicit' });
    const { error } = await trySending(session, await mailTo('anna@example.org'));
    expect(error).toMatchObject({ code: 'mail_certificate', exitCode: 2 });
    expect(seen).toMatchObject({ logins: [], senders: [], mails: [] });
  });

  test.each(['STARTTLS is not offered', 'somebody took the offer out'])('%s', async (how) => {
    const disabledCommands = how === 'STARTTLS is not offered' ? ['STARTTLS'] : [];
    const options = { secure: false, hideSTARTTLS: true, allowInsecureAuth: true, disabledCommands };
    const seen = await useOtherServer(certificates?.good, options);
    const { outcome, error } = await trySending(sessionTo(seen, { tls: 'starttls' }), await mailTo('anna@example.org'));
    if (how === 'STARTTLS is not offered') {
      expect(error).toMatchObject({ code: 'mail_not_encrypted', exitCode: 2 });
      expect(seen).toMatchObject({ logins: [], senders: [], mails: [] });
    } else {
      // Asked for all the same: it worked, so nothing went in the clear.
      expect(outcome?.kind).toBe('accepted');
    }
  });

  test('TLS 1.1 is too old', async () => {
    const old = {
      secure: true,
      minVersion: 'TLSv1' as const,
      maxVersion: 'TLSv1.1' as const,
      ciphers: 'ALL:@SECLEVEL=0',
    };
    const seen = await useOtherServer(certificates?.good, old);
    const { error } = await trySending(sessionTo(seen), await mailTo('anna@example.org'));
    expect(error).toMatchObject({ code: 'mail_not_encrypted', exitCode: 2 });
    expect(seen).toMatchObject({ logins: [], mails: [] });
  });

  test('smtps:// to a port that begins without TLS', async () => {
    const seen = await useOtherServer(certificates?.good, { secure: false });
    const { error } = await trySending(sessionTo(seen), await mailTo('anna@example.org'));
    expect(error).toMatchObject({ code: 'mail_not_encrypted', exitCode: 2, hint: expect.stringContaining('smtp://') });
  });
});

describe.skipIf(!certificates)('a login that is refused', () => {
  test.each([
    [535, 'mail_login', 4],
    [534, 'mail_login', 4],
    [530, 'mail_login', 4],
    [454, 'mail_unreachable', 5],
    [421, 'mail_unreachable', 5],
  ])('%i stops everything, and shows no secret although the server quotes it', async (responseCode, code, exitCode) => {
    const line = Buffer.from(`\0zane@example.org\0${PASSWORD}`).toString('base64');
    const message = `5.7.8 bad login: ${line} ${PASSWORD} ${Buffer.from(PASSWORD).toString('base64')}`;
    const seen = await useOtherServer(certificates?.good, { secure: true }, { responseCode, message });
    const session = sessionTo(seen);
    const { error, asked } = await trySending(session, await mailTo('anna@example.org'));
    expect(error).toMatchObject({
      code,
      exitCode,
      message: expect.stringContaining(`${responseCode} 5.7.8 bad login`),
    });
    expect([asked, seen.mails]).toEqual([0, []]);
    for (const shown of [inspect(error, { depth: 20, showHidden: true }), inspect(session, { depth: 20 })]) {
      for (const secret of [PASSWORD, line, Buffer.from(PASSWORD).toString('base64')])
        expect(shown).not.toContain(secret);
    }
  });

  test('a token that is refused after the reason was asked for', async () => {
    const seen = await useOtherServer(
      certificates?.good,
      { secure: true, authMethods: ['XOAUTH2'] },
      { responseCode: 535, message: '5.7.3 Authentication unsuccessful' },
    );
    const session = sessionTo(seen, { password: undefined, token: new Secret(TOKEN) });
    const { error } = await trySending(session, await mailTo('anna@example.org'));
    expect(error).toMatchObject({
      code: 'mail_login',
      exitCode: 4,
      hint: expect.stringContaining('ORKEYS_SMTP_TOKEN'),
    });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(TOKEN);
  });
});

test('a server that offers no login gets no password', async () => {
  let heard = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 here\r\n');
    socket.on('data', (bytes) => {
      heard += bytes;
      socket.write('250 here\r\n');
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const login = { user: 'zane', password: new Secret(PASSWORD) };
  const session = useSession({ port: (server.address() as AddressInfo).port, ...login });
  const { error } = await trySending(session, await mailTo('anna@example.org'));
  expect(error).toMatchObject({ code: 'mail_login', exitCode: 4, message: expect.stringContaining('offers no login') });
  expect(heard).toMatch(/^EHLO \S+\r\n$/);
});
