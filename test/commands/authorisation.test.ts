import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orkeys, screenOf, temporaryFolder } from '../support/cli.ts';
import { useSandbox } from '../support/sandbox.ts';

async function useAccount() {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'class.csv'), 'E-mail,Name,Surname\nanda@example.org,Anda,Baklāne\n');
  const sandbox = await useSandbox();
  const provision = async (env: Record<string, string>) =>
    screenOf(
      await orkeys(['provision', 'class.csv', '--quiet'], { cwd, env: { ORKEYS_BASE_URL: sandbox.url, ...env } }),
      cwd,
    ).replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>');
  const keys = () => sandbox.account.listKeys({ offset: 0, includeDisabled: true, includeExpired: true }).data;
  return { cwd, sandbox, provision, keys };
}

test('without a management key it says which variables were looked at, and how to get one', async () => {
  const { provision } = await useAccount();
  expect(await provision({})).toMatchInlineSnapshot(`
    "exit 4
    --- stdout
    --- stderr
    Error: No management key: none of OPENROUTER_MANAGEMENT_KEY, OPENROUTER_PROVISIONING_KEY, OPENROUTER_MGMT_KEY is set.
    Hint: Create one at https://openrouter.ai/settings/management-keys and save it with orkeys login, or add the line OPENROUTER_MANAGEMENT_KEY=… to a .env file in this folder. To try orkeys without a management key, add --sandbox.
    "
  `);
});

test('the key may stand under an older name, and in .env of the working folder', async () => {
  const { cwd, sandbox, provision } = await useAccount();
  writeFileSync(join(cwd, '.env'), `OPENROUTER_PROVISIONING_KEY=${sandbox.managementKey}\n`);
  expect(await provision({})).toContain('Created 1 key');
});

test('an ordinary key is told from a management key, and nothing is made', async () => {
  const { sandbox, provision, keys } = await useAccount();
  const { key: ordinary } = sandbox.account.createKey({ name: 'ordinary' });
  expect(await provision({ OPENROUTER_MANAGEMENT_KEY: ordinary })).toMatchInlineSnapshot(`
    "exit 4
    --- stdout
    --- stderr
    Error: This is a regular API key, which cannot manage keys.
    Hint: Use a management key. Create one at https://openrouter.ai/settings/management-keys
    "
  `);
  expect(keys()).toHaveLength(1);
});

test('an unknown key is refused by the service, and nothing is made', async () => {
  const { provision } = await useAccount();
  expect(await provision({ OPENROUTER_MANAGEMENT_KEY: 'sk-or-v1-test-unknown' })).toMatchInlineSnapshot(`
    "exit 4
    --- stdout
    --- stderr
    Error: <host>/api/v1/key rejected the management key (401: User not found.).
    Hint: Check that the management key is complete, not expired and not deleted. Create a new one at https://openrouter.ai/settings/management-keys
    "
  `);
});

test.for([
  'http://openrouter.ai/api/v1',
  'https://example.org/api/v1',
  'https://openrouter.ai.example.org/api/v1',
  'https://user:pass@openrouter.ai/api/v1',
  'ftp://127.0.0.1/',
  'not a url',
])('the management key goes nowhere but to openrouter.ai or this computer: %s is refused', async (url) => {
  const { provision } = await useAccount();
  const screen = await provision({ ORKEYS_BASE_URL: url, OPENROUTER_MANAGEMENT_KEY: 'sk-or-v1-test-management' });
  expect(screen).toMatch(/^exit 2/);
  expect(screen).toContain('Hint:');
  expect(screen).not.toContain('sk-or-v1-test-management');
});

test('a .env that PowerShell wrote as UTF-16, or an editor with a byte order mark, is read all the same', async () => {
  const { cwd, sandbox, provision } = await useAccount();
  const line = `\uFEFFOPENROUTER_MANAGEMENT_KEY=${sandbox.managementKey}\r\n`;
  writeFileSync(join(cwd, '.env'), line, 'utf16le');
  expect(await provision({})).toContain('Created 1 key');
  writeFileSync(join(cwd, '.env'), line, 'utf8');
  expect(await provision({})).toContain('Created 0 keys; 1 has a key already');
});

test('a .env.txt, which Notepad makes of .env, is told', async () => {
  const { cwd, provision } = await useAccount();
  writeFileSync(join(cwd, '.env.txt'), 'OPENROUTER_MANAGEMENT_KEY=x\n');
  expect(await provision({})).toContain('Hint: Rename <folder>/.env.txt to .env. Windows may hide the .txt extension.');
});
