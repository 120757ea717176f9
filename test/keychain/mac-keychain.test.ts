import { describe, expect, test } from 'vitest';
import { createMacKeychain } from '../../src/keychain/mac-keychain.ts';
import { Secret } from '../../src/secret.ts';
import { useStandIn } from './support/stand-in.ts';

const KEY = 'sk-or-v1-test-management-0123456789abcdef';
const work = { account: 'key:work', label: 'orkeys management key (work)' };
const stop = new AbortController().signal;

/** Reads a command line of its interactive mode as /usr/bin/security does, as far as it is used. */
const SECURITY = `
const line = input.trimEnd();
const words = args[0] === '-i' ? [...line.matchAll(/'([^']*)'|(\\S+)/g)].map(([, quoted, bare]) => quoted ?? bare) : args;
const after = (flag) => words[words.indexOf(flag) + 1];
const account = after('-a');
if (words[0] === 'add-generic-password') memory[account] = after('-w');
else if (!(account in memory)) {
  fail(44, 'security: SecKeychainSearchCopyNext: The specified item could not be found in the keychain.\\n');
} else if (words[0] === 'delete-generic-password') delete memory[account];
else print(memory[account] + '\\n');
`;

describe.skipIf(process.platform === 'win32')('a stand-in for /usr/bin/security of macOS', () => {
  test('keeps, replaces and forgets a secret', async () => {
    const { env, path } = useStandIn('security', SECURITY);
    const store = createMacKeychain({ env, stop }, path);
    await store.check();
    expect(await store.read(work)).toBeUndefined();
    await store.save(work, new Secret(KEY));
    expect((await store.read(work))?.reveal()).toBe(KEY);
    await store.save(work, new Secret('pass "word" – ķirsis'));
    expect((await store.read(work))?.reveal()).toBe('pass "word" – ķirsis');
    await store.remove(work);
    await store.remove(work);
    expect(await store.read(work)).toBeUndefined();
  });

  test('is called with exactly these command lines, and the secret is in none of them', async () => {
    const { env, path, calls } = useStandIn('security', SECURITY);
    const store = createMacKeychain({ env, stop }, path);
    await store.save(work, new Secret(KEY));
    await store.remove(work);
    const encoded = `base64:${Buffer.from(KEY).toString('base64')}`;
    const added = `add-generic-password -U -s orkeys -a key:work -l 'orkeys management key (work)' -w ${encoded}\n`;
    expect(calls()).toMatchObject([
      { args: ['-i'], input: added },
      { args: ['find-generic-password', '-s', 'orkeys', '-a', 'key:work', '-w'], input: '' },
      { args: ['delete-generic-password', '-s', 'orkeys', '-a', 'key:work'], input: '' },
    ]);
    const seen = JSON.stringify(calls().map(({ args, env }) => [args, env]));
    expect(seen).not.toMatch(new RegExp(`${KEY}|${encoded}`));
  });

  test('an item that was saved empty is removed and told, although it ended with 0', async () => {
    const { env, path, calls } = useStandIn('security', SECURITY.replace("= after('-w')", "= ''"));
    const saving = createMacKeychain({ env, stop }, path).save(work, new Secret(KEY));
    await expect(saving).rejects.toMatchObject({ code: 'key_store_failed', exitCode: 6 });
    expect(calls().map(({ args }) => args[0])).toEqual(['-i', 'find-generic-password', 'delete-generic-password']);
  });

  test('an item that was not saved is told with its own words', async () => {
    const refuse = "if (args[0] === '-i') fail(0, 'add-generic-password: returned -25293\\n'); else ";
    const { env, path } = useStandIn('security', `${refuse}fail(44, '')`);
    await expect(createMacKeychain({ env, stop }, path).save(work, new Secret(KEY))).rejects.toThrow(
      'Cannot save the secret in the keychain of this computer: add-generic-password: returned -25293.',
    );
  });

  test.each([36, 51, 128])('exit code %d means locked or denied', async (code) => {
    const { env, path } = useStandIn('security', `fail(${code}, 'security: User interaction is not allowed.\\n');`);
    await expect(createMacKeychain({ env, stop }, path).read(work)).rejects.toMatchObject({
      code: 'key_store_locked',
      exitCode: 4,
      hint: expect.stringContaining('security unlock-keychain'),
    });
  });
});

// Only there. What it adds to the login keychain it removes again.
test.runIf(process.platform === 'darwin')('on macOS only: its real keychain keeps a secret', async () => {
  const store = createMacKeychain({ env: process.env, stop });
  const entry = { account: `test:${process.pid}`, label: 'orkeys test' };
  await store.check();
  await store.save(entry, new Secret(KEY));
  await store.save(entry, new Secret('pass "word" – ķirsis'));
  expect((await store.read(entry))?.reveal()).toBe('pass "word" – ķirsis');
  await store.remove(entry);
  expect(await store.read(entry)).toBeUndefined();
});
