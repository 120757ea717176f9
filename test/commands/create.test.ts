import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noSecret, resetAfterCommit } from '../support/faults.ts';
import { useWorkshop } from '../support/workshop-world.ts';

test('one key, its secret in the files and masked on the screen', async () => {
  const { run, cwd, server, sdk, saved } = await useWorkshop();
  const args = ['create', 'night batch', '--limit', '0.50', '--limit-reset', 'daily', '--expires', '7d'];
  const { code, stdout, stderr } = await run(args);
  const [key] = saved('_account');
  expect(code).toBe(0);
  expect(
    stdout
      .replaceAll(cwd, '<folder>')
      .replaceAll(key?.hash ?? '', '<hash>')
      .replace(/_[a-z2-7]{8}\n/, '_<tag>\n')
      .replace(/sk-or-\S+/, '<masked>'),
  ).toMatchInlineSnapshot(`
    "Name      night batch_<tag>
    Hash      <hash>
    Secret    <masked>
    Saved in  <folder>/output/_account/keys.json
    "
  `);
  expect(stderr.replaceAll(/127\.0\.0\.1:\d+/g, '<host>')).toMatchInlineSnapshot(`
    "Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Create    night batch_…: $0.50, resets daily, expires 2026-03-09 09:00 UTC
    Creating the key: 0 of 1
    Creating the key: 1 of 1 after 0.0 s
    "
  `);
  expect(server.account.identify(key?.key ?? '').kind).toBe('regular');
  const { data } = await sdk.apiKeys.get({ hash: key?.hash ?? '' });
  expect(data).toMatchObject({
    name: expect.stringMatching(/^night batch_[a-z2-7]{8}$/),
    limit: 0.5,
    limitReset: 'daily',
  });
  const journal = readFileSync(join(cwd, 'output', '_account', 'journal.jsonl'), 'utf8');
  expect(journal).toContain(key?.key);
  expect(stdout + stderr).not.toContain(key?.key);
});

test('a second key of the same name is made only with --again', async () => {
  const { run, sent } = await useWorkshop();
  await run(['create', 'test']);
  sent();
  const second = await run(['create', 'Test']);
  expect([second.code, second.stderr]).toEqual([2, expect.stringContaining('add --again')]);
  expect(sent()).toEqual([]);
  expect((await run(['create', 'test', '--again'])).code).toBe(0);
  expect(sent()).toHaveLength(1);
});

test.for(['budget_key', ' Budget  Key ', 'BUDGET KEY'])(
  'a name is kept as it was typed, and %j counts as the same name',
  async (typed) => {
    const { run, sent, saved } = await useWorkshop();
    await run(['create', 'Budget  key']);
    expect(saved('_account')[0]?.name).toMatch(/^Budget {2}key_[a-z2-7]{8}$/);
    sent();
    const second = await run(['create', typed]);
    expect([second.code, second.stderr]).toEqual([2, expect.stringContaining('already exists: Budget  key_')]);
    expect(sent()).toEqual([]);
    expect((await run(['create', 'Budget key 2'])).code).toBe(0);
  },
);

test('a key that was renamed counts under its new name', async () => {
  const { run, sent } = await useWorkshop();
  await run(['create', 'solo']);
  expect((await run(['update', '--name', 'solo*', '--rename', 'Other key', '--yes'])).code).toBe(0);
  sent();
  const other = await run(['create', 'other_key']);
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('already exists: Other key')]);
  expect(sent()).toEqual([]);
  expect((await run(['create', 'solo'])).code).toBe(0);
});

test('--reveal shows the secret on a terminal, and is refused elsewhere before anything is made', async () => {
  const { run, saved, sent } = await useWorkshop();
  sent();
  expect((await run(['create', 'test', '--reveal'])).code).toBe(2);
  expect((await run(['create', 'test', '--reveal', '--json'], { answers: ['y'] })).code).toBe(2);
  expect(sent()).toEqual([]);
  const shown = await run(['create', 'test', '--reveal'], { answers: ['y'] });
  expect(shown.stdout).toContain(saved('_account')[0]?.key);
});

test('a dry run makes nothing, not even a folder', async () => {
  const { run, sent, cwd } = await useWorkshop();
  sent();
  const { code, stdout } = await run(['create', 'test', '--dry-run']);
  expect([code, stdout]).toEqual([0, expect.stringContaining('Dry run')]);
  expect(sent()).toEqual([]);
  expect(existsSync(join(cwd, 'output', '_account'))).toBe(false);
});

test.for([resetAfterCommit, noSecret])(
  'when the answer is lost, the key is looked for, removed and made anew',
  async (fault) => {
    const { run, server, saved } = await useWorkshop();
    server.setRules(({ route, nth }) => (route === 'POST /keys' && nth === 4 ? fault : undefined));
    expect((await run(['create', 'test', '--prefix', 'WS'])).code).toBe(0);
    expect(server.liveKeys()).toHaveLength(4);
    expect(saved()).toHaveLength(4);
    for (const { key } of saved()) expect(server.account.identify(key).kind).toBe('regular');
  },
);

test('--json holds no secret', async () => {
  const { run, saved } = await useWorkshop();
  const { stdout } = await run(['create', 'test', '--json']);
  const [key] = saved('_account');
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, command: 'create', key: { hash: key?.hash, limit: 1 } });
  expect(stdout).not.toContain(key?.key);
});
