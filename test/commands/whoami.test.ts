import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orkeys, screenOf, temporaryFolder } from '../support/cli.ts';
import { useSandbox } from '../support/sandbox.ts';

test('it tells the key, where it came from, the account and the credit', async () => {
  const folder = temporaryFolder();
  const { url, managementKey } = await useSandbox();
  writeFileSync(join(folder, '.env'), `OPENROUTER_PROVISIONING_KEY=${managementKey}\n`);
  const screen = await orkeys(['whoami'], { cwd: folder, env: { ORKEYS_BASE_URL: url } });
  expect(screenOf(screen, folder).replace(url, '<url>')).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Key         <masked>, from OPENROUTER_PROVISIONING_KEY in .env
    Kind        management key
    Service     http://<host>/api/v1
    Workspace   Default (5a9db0c5-0000-4000-8000-000000000001)
    Created by  user_sandbox
    Limit       unlimited
    Expires     never
    Credit      $1,000.00 remaining ($1,000.00 purchased, $0.00 spent)
    --- stderr
    "
  `);
});

test('an ordinary key is named as such, and what it is not told is not made up', async () => {
  const folder = temporaryFolder();
  const { url, account } = await useSandbox();
  const { key } = account.createKey({
    name: 'Anda',
    limit: 2,
    limit_reset: 'weekly',
    expires_at: '2099-01-02T03:04:05Z',
  });
  const env = { ORKEYS_BASE_URL: url, OPENROUTER_MANAGEMENT_KEY: key, TZ: 'UTC' };
  const screen = await orkeys(['whoami'], { cwd: folder, env });
  expect(
    screenOf(screen, folder)
      .replace(url, '<url>')
      .replace(/\(.*your time\)/, '(<local>)'),
  ).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Key         <masked>, from OPENROUTER_MANAGEMENT_KEY in the environment
    Kind        regular API key (cannot manage keys)
    Service     http://<host>/api/v1
    Workspace   5a9db0c5-0000-4000-8000-000000000001
    Created by  user_sandbox
    Limit       $2.00 weekly, $2.00 remaining
    Expires     2099-01-02 03:04 UTC
    Credit      shown to management keys only
    --- stderr
    "
  `);
  const json = await orkeys(['whoami', '--json'], { cwd: folder, env });
  expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'regular', credits: null, workspace: null });
});

test('headers from the environment name the app', async () => {
  const folder = temporaryFolder();
  const { url, managementKey } = await useSandbox();
  const env = { ORKEYS_BASE_URL: url, OPENROUTER_MANAGEMENT_KEY: managementKey, ORKEYS_TITLE: 'Vasaras skolā' };
  expect(await orkeys(['whoami'], { cwd: folder, env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('ORKEYS_TITLE contains characters that are not allowed in an HTTP header.'),
  });
});
