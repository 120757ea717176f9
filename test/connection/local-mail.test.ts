import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { openMail } from '../../src/connection/local-mail.ts';
import { readSettings } from '../../src/settings.ts';
import { mailTo } from '../mail/support/one-mail.ts';
import { temporaryFolder } from '../support/cli.ts';
import { createTestContext } from '../support/context.ts';

test('the sandbox delivers into a folder, privately, in order, and needs no settings', async () => {
  const cwd = temporaryFolder();
  const ctx = createTestContext({ cwd });
  const outRoot = join(cwd, 'output', 'sandbox');
  const mail = await openMail({ sandbox: true, outRoot, prefix: 'X', settings: readSettings(ctx), ctx });
  expect([mail.server, mail.sandbox, mail.from.address, mail.outbox]).toEqual([
    'sandbox',
    true,
    'workshop@example.org',
    join(outRoot, 'X', 'outbox'),
  ]);
  expect(await mail.check()).toEqual({ encrypted: false });
  for (const to of ['anna@example.org', "o'neil/x@example.org"])
    await mail.send(await mailTo(to), async () => undefined);
  await mail.close();
  const outbox = join(outRoot, 'X', 'outbox');
  const names = readdirSync(outbox).sort();
  expect(names).toEqual(['0001-anna@example.org.eml', '0002-o_neil_x@example.org.eml']);
  const [first = ''] = names;
  expect((await simpleParser(readFileSync(join(outbox, first)))).subject).toBe('Your key');
  if (process.platform !== 'win32') expect(statSync(join(outbox, first)).mode & 0o777).toBe(0o600);
});

test('without the sandbox the settings say which server, and the password is known to what hides secrets', async () => {
  const env = {
    ORKEYS_SMTP_URL: 'smtp://zane@127.0.0.1:2',
    ORKEYS_SMTP_PASSWORD: 'hunter2-hunter2',
    ORKEYS_MAIL_FROM: 'zane@example.org',
  };
  const ctx = createTestContext({ cwd: temporaryFolder(), env });
  const mail = await openMail({ sandbox: false, outRoot: ctx.cwd, prefix: 'X', settings: readSettings(ctx), ctx });
  expect([mail.server, mail.from, mail.outbox]).toEqual(['127.0.0.1:2', { address: 'zane@example.org' }, undefined]);
  expect(ctx.redactor.redact('it is hunter2-hunter2')).not.toContain('hunter2-hunter2');
  await expect(mail.check()).rejects.toMatchObject({ code: 'mail_unreachable' });
});
