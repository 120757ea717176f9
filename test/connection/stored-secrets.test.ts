import { describe, expect, test } from 'vitest';
import { readProfiles } from '../../src/connection/profiles.ts';
import { forgetMailPassword, saveMailPassword } from '../../src/connection/save-secrets.ts';
import { mailLoginOf, storedMailPassword } from '../../src/connection/stored-secrets.ts';
import { Secret } from '../../src/secret.ts';
import { readSettings } from '../../src/settings.ts';
import { KEYRING_OF_FILE, useStandIn } from '../keychain/support/stand-in.ts';
import { temporaryFolder } from '../support/cli.ts';
import { createTestContext } from '../support/context.ts';

const PASSWORD = 'abcd efgh ijkl mnop';

describe.skipIf(process.platform === 'win32')('the password of a mail server', () => {
  test('is given to the same user of the same server only', async () => {
    const keyring = useStandIn('secret-tool', KEYRING_OF_FILE);
    const ctx = createTestContext({ cwd: temporaryFolder(), env: keyring.env, platform: 'linux' });
    const zane = { user: 'zane', host: 'smtp.example.org' };
    expect(await storedMailPassword(zane, ctx)).toBeUndefined();
    expect(keyring.calls()).toEqual([]);
    await saveMailPassword(zane, new Secret(PASSWORD), ctx);
    expect((await storedMailPassword({ user: 'Zane', host: 'SMTP.example.org' }, ctx))?.reveal()).toBe(PASSWORD);
    expect(ctx.redactor.finds(`it is ${PASSWORD}`)).toBe(true);
    const calls = keyring.calls().length;
    expect(await storedMailPassword({ ...zane, host: 'smtp.example.com' }, ctx)).toBeUndefined();
    expect(await storedMailPassword({ ...zane, user: 'anna' }, ctx)).toBeUndefined();
    expect(keyring.calls()).toHaveLength(calls);
    await forgetMailPassword('zane@smtp.example.org', ctx);
    expect(await storedMailPassword(zane, ctx)).toBeUndefined();
    expect((await readProfiles(ctx)).mail.size).toBe(0);
  });

  test('one that is gone from the keyring, or in that of another system, is told with what to type', async () => {
    const keyring = useStandIn(
      'secret-tool',
      "if (args[0] === 'lookup') { if (!memory.n) { memory.n = 1; print('secret'); } else process.exitCode = 1; }",
    );
    const ctx = createTestContext({ cwd: temporaryFolder(), env: keyring.env, platform: 'linux' });
    const zane = { user: 'zane', host: 'smtp.example.org' };
    await saveMailPassword(zane, new Secret('secret'), ctx);
    const gone = { code: 'key_not_stored', exitCode: 4, hint: 'Save it again with: orkeys login --smtp' };
    await expect(storedMailPassword(zane, ctx)).rejects.toMatchObject({
      ...gone,
      message: 'The mail password of zane@smtp.example.org is no longer in the keyring of this computer.',
    });
    await expect(storedMailPassword(zane, { ...ctx, platform: 'darwin' })).rejects.toMatchObject({
      ...gone,
      message: expect.stringContaining('in a key store of another system (secret-service)'),
    });
  });

  test('settings say whose it is', () => {
    const settings = readSettings({
      env: { ORKEYS_SMTP_URL: 'smtp://zane%40lnb.example.org@smtp.example.org:587' },
      cwd: '/',
    });
    expect(mailLoginOf(settings)).toEqual({ user: 'zane@lnb.example.org', host: 'smtp.example.org' });
  });
});
