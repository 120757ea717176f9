import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orkeys, temporaryFolder } from '../support/cli.ts';

const HELP = 'Usage: orkeys <command> [options]';

test('without a management key and a workshop, orkeys shows three ways to start', async () => {
  const { code, stdout, stderr } = await orkeys([], { cwd: temporaryFolder(), columns: 80 });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatchInlineSnapshot(`
    "orkeys creates one OpenRouter API key per participant of a spreadsheet.
    There is no management key and no workshop here yet. Three ways to start:

      orkeys start   rehearse, question by question; needs no account, costs nothing
      orkeys login   save a management key in the key store of this computer
      orkeys init    make .env for a management key, .gitignore and a sample roster

    Create a management key at https://openrouter.ai/settings/management-keys
    All commands: orkeys --help
    "
  `);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('on a narrow terminal the ways to start are wrapped', async () => {
  const { stdout } = await orkeys([], { cwd: temporaryFolder(), columns: 40, answers: [] });
  expect(stdout).toMatchInlineSnapshot(`
    "orkeys creates one OpenRouter API key
    per participant of a spreadsheet.
    There is no management key and no
    workshop here yet. Three ways to start:

      orkeys start   rehearse, question by
                     question; needs no
                     account, costs nothing
      orkeys login   save a management key
                     in the key store of
                     this computer
      orkeys init    make .env for a
                     management key,
                     .gitignore and a sample
                     roster

    Create a management key at
    https://openrouter.ai/settings/management-keys
    All commands: orkeys --help
    "
  `);
});

test.each([
  ['in the environment', { env: { OPENROUTER_MANAGEMENT_KEY: 'sk-or-v1-test-0123456789abcdef' } }, ''],
  ['in .env', {}, 'OPENROUTER_PROVISIONING_KEY=sk-or-v1-test-0123456789abcdef\n'],
])('with a management key %s it shows its help', async (_, options, envFile) => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, '.env'), envFile);
  expect((await orkeys([], { cwd, ...options })).stdout).toContain(HELP);
});

test('with a saved profile it shows its help', async () => {
  const cwd = temporaryFolder();
  const folder = join(cwd, '.config', 'orkeys');
  mkdirSync(folder, { recursive: true });
  const profile = {
    store: 'secret-service',
    added_at: '2026-03-02T09:00:00.000Z',
    label: 'sk-or-v1-tes...aaaa',
    account: 'user_work',
    base_url: 'https://openrouter.ai/api/v1',
  };
  const profiles = { version: 1, default: 'work', profiles: { work: profile }, mail: {} };
  writeFileSync(join(folder, 'profiles.json'), JSON.stringify(profiles));
  expect((await orkeys([], { cwd, platform: 'linux' })).stdout).toContain(HELP);
});

test.each([['output'], ['output/sandbox']])('with a workshop in %s it shows its help', async (folder) => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, folder, 'WS'), { recursive: true });
  writeFileSync(join(cwd, folder, 'WS', 'journal.jsonl'), '');
  expect((await orkeys([], { cwd })).stdout).toContain(HELP);
});

test('settings that cannot be read are no reason for plain orkeys to fail', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, '.env'), Buffer.from([0xfe, 0xff, 0, 65]));
  expect(await orkeys([], { cwd })).toMatchObject({ code: 0, stdout: expect.stringContaining(HELP), stderr: '' });
});
