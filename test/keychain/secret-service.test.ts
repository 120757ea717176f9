import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSecretService } from '../../src/keychain/secret-service.ts';
import { Secret } from '../../src/secret.ts';
import { useEmptyBus, useKeyring, whyNoKeyring } from './support/keyring.ts';
import { useStandIn } from './support/stand-in.ts';

const KEY = 'sk-or-v1-test-management-0123456789abcdef';
const work = { account: 'key:work', label: 'orkeys management key (work)' };
const home = { account: 'key:home', label: 'orkeys management key (home)' };
const stop = new AbortController().signal;

const missing = whyNoKeyring();

describe.skipIf(missing !== undefined)(`a real keyring${missing === undefined ? '' : ` (${missing})`}`, () => {
  test('keeps secrets apart by account, replaces them, and forgets them', async () => {
    const store = createSecretService({ ...(await useKeyring()), stop });
    await store.check();
    expect(await store.read(work)).toBeUndefined();
    expect(await store.save(work, new Secret(KEY))).toBeUndefined();
    await store.save(home, new Secret('pass "word" – ķirsis \\n'));
    expect((await store.read(work))?.reveal()).toBe(KEY);
    expect((await store.read(home))?.reveal()).toBe('pass "word" – ķirsis \\n');
    await store.save(work, new Secret(`${KEY}2`));
    expect((await store.read(work))?.reveal()).toBe(`${KEY}2`);
    await store.remove(work);
    await store.remove(work);
    expect(await store.read(work)).toBeUndefined();
    expect((await store.read(home))?.reveal()).toContain('ķirsis');
  });

  test('a locked one is told from a missing secret, and nothing is lost by it', async () => {
    const keyring = await useKeyring();
    const store = createSecretService({ ...keyring, stop });
    await store.save(work, new Secret(KEY));
    await keyring.lock();
    const locked = { code: 'key_store_locked', message: 'The keyring of this computer is locked.' };
    await expect(store.read(work)).rejects.toMatchObject({ ...locked, exitCode: 4 });
    await expect(store.save(work, new Secret('other'))).rejects.toMatchObject({ ...locked, exitCode: 6 });
    await expect(store.remove(work)).rejects.toMatchObject({ ...locked, exitCode: 6 });
  });

  test('a session without a keyring is told so', async () => {
    const store = createSecretService({ env: await useEmptyBus(), stop });
    const none = {
      code: 'no_key_store',
      message: 'This computer has no key store that orkeys can use: no keyring service runs in this session.',
      hint: expect.stringContaining('use a .env file that only you can read'),
    };
    await expect(store.check()).rejects.toMatchObject({ ...none, exitCode: 6 });
    await expect(store.read(work)).rejects.toMatchObject({ ...none, exitCode: 4 });
  });

  test('without D-Bus there is no keyring', async () => {
    const store = createSecretService({ env: { PATH: process.env.PATH, HOME: '/nonexistent' }, stop });
    await expect(store.save(work, new Secret(KEY))).rejects.toMatchObject({ code: 'no_key_store', exitCode: 6 });
  });
});

describe.skipIf(process.platform === 'win32')('a stand-in for secret-tool', () => {
  test('gets the secret on standard input alone', async () => {
    const { env, calls } = useStandIn('secret-tool', `if (args[0] === 'lookup') print('${KEY}');`);
    const store = createSecretService({ env, stop });
    await store.save(work, new Secret(KEY));
    expect(calls()).toMatchObject([
      {
        args: ['store', '--label', 'orkeys management key (work)', 'service', 'orkeys', 'account', 'key:work'],
        input: KEY,
      },
      { args: ['lookup', 'service', 'orkeys', 'account', 'key:work'], input: '' },
    ]);
    expect(JSON.stringify(calls().map(({ args, env }) => [args, env]))).not.toContain(KEY);
  });

  test('a secret that comes back changed is removed and told', async () => {
    const { env, calls } = useStandIn('secret-tool', "if (args[0] === 'lookup') print('other');");
    const saving = createSecretService({ env, stop }).save(work, new Secret(KEY));
    await expect(saving).rejects.toMatchObject({ code: 'key_store_failed', exitCode: 6 });
    await expect(saving).rejects.not.toThrow(KEY);
    expect(calls().map(({ args }) => args[0])).toEqual(['store', 'lookup', 'clear']);
  });

  test('its own words are told when they are unknown', async () => {
    const { env } = useStandIn('secret-tool', "fail(1, 'secret-tool: the moon is full\\n');");
    await expect(createSecretService({ env, stop }).read(work)).rejects.toThrow(
      'Cannot read the secret from the keyring of this computer: secret-tool: the moon is full.',
    );
  });

  test('a window that nobody answers is waited for so long and no longer', async () => {
    const { env } = useStandIn('secret-tool', 'setInterval(() => undefined, 1000);');
    await expect(createSecretService({ env, stop }, 500).read(work)).rejects.toThrow(
      'Cannot read the secret from the keyring of this computer: it did not answer in time.',
    );
  });

  test('Ctrl-C ends the wait for a window that asks for a password', async () => {
    const interrupts = new AbortController();
    const { env, started } = useStandIn('secret-tool', 'setInterval(() => undefined, 1000);');
    const reading = createSecretService({ env, stop: interrupts.signal }).read(work);
    await started();
    interrupts.abort();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled', exitCode: 130 });
  });
});

test('where secret-tool is missing, its package is named', async () => {
  const store = createSecretService({ env: { PATH: join('/', 'nonexistent') }, stop });
  await expect(store.check()).rejects.toMatchObject({
    code: 'no_key_store',
    message: 'This computer has no key store that orkeys can use: secret-tool is missing.',
    hint: expect.stringContaining('libsecret-tools (Debian, Ubuntu)'),
  });
});
