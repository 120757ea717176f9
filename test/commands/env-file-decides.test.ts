import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { orkeys, temporaryFolder } from '../support/cli.ts';
import { useSandbox } from '../support/sandbox.ts';

/** A folder with a `.env` of somebody else, and a management key in the environment. */
async function useWorld(lines: (url: string) => string) {
  const sandbox = await useSandbox();
  const cwd = join(temporaryFolder(), 'work');
  mkdirSync(cwd);
  writeFileSync(join(cwd, '.env'), lines(sandbox.url), { mode: 0o600 });
  writeFileSync(join(cwd, 'W.csv'), 'E-mail\np0@example.org\n');
  const key = { OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey };
  return { cwd, sandbox, run: (args: string[], env: Record<string, string> = key) => orkeys(args, { cwd, env }) };
}

const COMMANDS = [
  ['whoami'],
  ['list'],
  ['verify'],
  ['provision', 'W.csv', '--yes'],
  ['provision', 'W.csv', '--dry-run'],
  ['revoke', '--prefix', 'W', '--yes'],
];

describe('a base URL from .env for a management key from the environment', () => {
  test('is told first, by every command that sends the management key', async () => {
    const { run, sandbox, cwd } = await useWorld((url) => `ORKEYS_BASE_URL=${url}\n`);
    await run(['provision', 'W.csv', '--yes']);
    for (const args of COMMANDS) {
      const { stderr } = await run(args);
      expect({ args, stderr }).toMatchObject({
        stderr: expect.stringMatching(/^Note: The management key comes from the environment, but is sent to http/),
      });
      expect(stderr).toContain(`${sandbox.url}, which ORKEYS_BASE_URL in ${join(cwd, '.env')} selects.`);
    }
    const { checks } = JSON.parse((await run(['doctor', '--json'])).stdout);
    expect(checks.find(({ id }: { id: string }) => id === 'base_url')).toMatchObject({ verdict: 'warning' });
  });

  test('is no news when both come from the same place', async () => {
    const { run, sandbox, cwd } = await useWorld((url) => `ORKEYS_BASE_URL=${url}\n`);
    const both = { OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey, ORKEYS_BASE_URL: sandbox.url };
    expect((await run(['whoami'], both)).stderr).toBe('');
    const lines = `ORKEYS_BASE_URL=${sandbox.url}\nOPENROUTER_MANAGEMENT_KEY=${sandbox.managementKey}\n`;
    writeFileSync(join(cwd, '.env'), lines);
    expect((await run(['whoami'], {})).stderr).toBe('');
  });
});

test.each([
  ['../elsewhere', true],
  ['..', true],
  ['inside', false],
  ['..inside', false],
])('ORKEYS_OUT=%s in .env is told where it leaves the folder (%s)', async (out, told) => {
  const { run } = await useWorld(() => `ORKEYS_OUT=${out}\n`);
  const { stderr } = await run(['provision', 'W.csv', '--sandbox', '--dry-run']);
  expect(stderr.includes('puts the results outside this folder')).toBe(told);
  const typed = await run(['provision', 'W.csv', '--sandbox', '--dry-run', '--out', '../typed']);
  expect(typed.stderr).not.toContain('outside this folder');
});
