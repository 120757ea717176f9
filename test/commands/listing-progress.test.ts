import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orkeys, temporaryFolder } from '../support/cli.ts';
import { useSandbox } from '../support/sandbox.ts';

async function accountOf(keys: number) {
  const cwd = temporaryFolder();
  const sandbox = await useSandbox();
  for (let n = 0; n < keys; n += 1) sandbox.account.createKey({ name: `Other_${n}` });
  writeFileSync(join(cwd, 'W.csv'), 'E-mail,Name,Surname\nanda@example.org,Anda,Ozola\n');
  const env = { ORKEYS_BASE_URL: sandbox.url, OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey };
  return (args: readonly string[]) => orkeys([...args, '--rate', 'off'], { cwd, env, answers: ['y', 'y'] });
}

test.each([
  ['list', ['list']],
  ['show', ['show', 'Other_7']],
  ['verify', ['verify']],
  ['update', ['update', '--name', 'Other_7', '--limit', '2', '--yes']],
  ['rotate', ['rotate', '--prefix', 'W', '--yes']],
  ['provision', ['provision', 'W.csv']],
  ['provision --dry-run', ['provision', 'W.csv', '--dry-run']],
])('%s tells how far a long listing is, and takes it away', async (_, args) => {
  const run = await accountOf(1250);
  if (['verify', 'rotate'].includes(args[0] ?? '')) await run(['create', 'own', '--prefix', 'W', '--yes']);
  const { code, stderr } = await run(args);
  expect(code).toBe(0);
  expect(stderr).toMatch(/\rListing keys: 1,1\d\d so far\r/);
  // A listing after the changes is told in the line of their progress, which clears itself.
  const [before = ''] = stderr.split(/(?:Creating|Changing|Rotating) keys/);
  expect(before.slice(before.lastIndexOf('so far'))).toMatch(/^so far\r {26}\r/);
});

test('a list of one page says nothing, and neither does --quiet', async () => {
  expect((await (await accountOf(60))(['list'])).stderr).toBe('');
  expect((await (await accountOf(1250))(['list', '--quiet'])).stderr).toBe('');
});
