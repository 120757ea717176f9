import { describe, expect, test } from 'vitest';
import { createWindowsDpapi } from '../../src/keychain/windows-dpapi.ts';
import { Secret } from '../../src/secret.ts';
import { useStandIn } from './support/stand-in.ts';

const KEY = 'sk-or-v1-test-management-0123456789abcdef';
const work = { account: 'key:work', label: 'orkeys management key (work)' };
const stop = new AbortController().signal;

/** Turns the bytes around, in place of encrypting them. */
const POWERSHELL = `
const bytes = Buffer.from(input.trim(), 'base64').reverse();
print(bytes.toString('base64'));
`;

/** Its path has backslashes, which are letters of a name elsewhere, so it is looked for in PATH. */
function usePowerShell(behavior: string) {
  const root = 'W:\\Windows';
  const standIn = useStandIn(`${root}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`, behavior);
  return { ...standIn, env: { ...standIn.env, SystemRoot: root } };
}

describe.skipIf(process.platform === 'win32')('a stand-in for powershell.exe of Windows', () => {
  test('returns what profiles.json has to keep, and reads it back', async () => {
    const { env } = usePowerShell(POWERSHELL);
    const store = createWindowsDpapi({ env, stop });
    await store.check();
    const sealed = await store.save(work, new Secret('pass "word" – ķirsis'));
    expect(sealed).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect((await store.read({ ...work, sealed }))?.reveal()).toBe('pass "word" – ķirsis');
    expect(await store.read(work)).toBeUndefined();
    await store.remove(work);
  });

  test('is called with exactly this script, and the secret is on standard input alone', async () => {
    const { env, calls } = usePowerShell(POWERSHELL);
    await createWindowsDpapi({ env, stop }).save(work, new Secret(KEY));
    const base64 = Buffer.from(KEY).toString('base64');
    expect(calls().map(({ args }) => args)).toMatchInlineSnapshot(`
      [
        [
          "-NoLogo",
          "-NoProfile",
          "-NonInteractive",
          "-Command",
          "$ErrorActionPreference = 'Stop'; $text = @($input) -join ''; if ($text -eq '') { $text = [Console]::In.ReadToEnd() }; Add-Type -AssemblyName System.Security; try { $bytes = [Security.Cryptography.ProtectedData]::Protect([Convert]::FromBase64String($text.Trim()), $null, 'CurrentUser') } catch [Security.Cryptography.CryptographicException] { exit 3 }; [Console]::Out.Write([Convert]::ToBase64String($bytes))",
        ],
        [
          "-NoLogo",
          "-NoProfile",
          "-NonInteractive",
          "-Command",
          "$ErrorActionPreference = 'Stop'; $text = @($input) -join ''; if ($text -eq '') { $text = [Console]::In.ReadToEnd() }; Add-Type -AssemblyName System.Security; try { $bytes = [Security.Cryptography.ProtectedData]::Unprotect([Convert]::FromBase64String($text.Trim()), $null, 'CurrentUser') } catch [Security.Cryptography.CryptographicException] { exit 3 }; [Console]::Out.Write([Convert]::ToBase64String($bytes))",
        ],
      ]
    `);
    expect(calls()[0]?.input).toBe(`${base64}\n`);
    expect(JSON.stringify(calls().map(({ args, env }) => [args, env]))).not.toMatch(new RegExp(`${KEY}|${base64}`));
    // Node and Windows would need escapes for it.
    expect(calls().every(({ args }) => args.every((arg) => !arg.includes('"')))).toBe(true);
  });

  test('a secret that comes back changed is told', async () => {
    const { env } = usePowerShell("print(Buffer.from('other').toString('base64'));");
    const saving = createWindowsDpapi({ env, stop }).save(work, new Secret(KEY));
    await expect(saving).rejects.toMatchObject({ code: 'key_store_failed', exitCode: 6 });
  });

  test('where the keys of the user are not to be had, SSH is named as the usual reason', async () => {
    const { env } = usePowerShell("fail(3, '');");
    await expect(createWindowsDpapi({ env, stop }).read({ ...work, sealed: 'AQID' })).rejects.toMatchObject({
      code: 'key_store_locked',
      exitCode: 4,
      hint: expect.stringContaining('over SSH with a public key'),
    });
  });

  test('an error of the script is told in one line', async () => {
    const { env } = usePowerShell("fail(1, 'Cannot invoke method.\\r\\n');");
    await expect(createWindowsDpapi({ env, stop }).save(work, new Secret(KEY))).rejects.toThrow(
      'Cannot save the secret in the data protection of Windows: Cannot invoke method.',
    );
  });
});

test('without PowerShell there is no key store', async () => {
  const store = createWindowsDpapi({ env: { SystemRoot: '/nonexistent' }, stop });
  await expect(store.save(work, new Secret(KEY))).rejects.toMatchObject({ code: 'no_key_store', exitCode: 6 });
});

// Only there: nothing else has the keys of a Windows user.
test.runIf(process.platform === 'win32')('on Windows only: its real data protection keeps a secret', async () => {
  const store = createWindowsDpapi({ env: process.env, stop });
  const sealed = await store.save(work, new Secret('pass "word" – ķirsis'));
  expect(sealed).not.toContain(Buffer.from('pass').toString('base64').slice(0, 4));
  expect((await store.read({ ...work, sealed }))?.reveal()).toBe('pass "word" – ķirsis');
  await expect(store.read({ ...work, sealed: 'AQID' })).rejects.toMatchObject({ code: 'key_store_locked' });
});
