import { expect, test } from 'vitest';
import { useProvisioned } from '../support/provisioned.ts';

test('one key whole: whose it is, what is left, where its secret is saved', async () => {
  const { command, screen, sandbox, saved } = await useProvisioned(
    '--limit',
    '2',
    '--limit-reset',
    'daily',
    '--expires',
    '7d',
  );
  sandbox.account.spend(saved[1]?.hash ?? '', 0.5);
  expect(screen(await command(['show', 'V.Veveris@example.com']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Name         SUMMER_Valdis_Vēveris_<tag>
    Hash         <hash>
    Secret       <masked>
    Saved in     <folder>/output/SUMMER/keys.json
    Status       active
    Participant  Valdis Vēveris · valdis.veveris@example.org, v.veveris@example.com
    Workshop     SUMMER
    Limit        $2.00 daily, $1.50 remaining
    Spent        $0.50 ($0.50 today, $0.50 this week, $0.50 this month)
    Expires      2026-03-09 09:00 UTC
    Created      2026-03-02 09:00 UTC
    Last used    2026-03-02 09:00 UTC
    Workspace    5a9db0c5-0000-4000-8000-000000000001
    Created by   user_sandbox
    --- stderr
    "
  `);
});

test('a name, a name without its tag, a participant, a hash and its beginning mean the same key', async () => {
  const { command, saved } = await useProvisioned();
  const { name = '', hash = '' } = saved[0] ?? {};
  for (const typed of [name, 'SUMMER_Anda_Baklāne', 'anda baklāne', hash, hash.slice(0, 8).toUpperCase()]) {
    const { code, stdout } = await command(['show', typed, '--json']);
    expect(code, typed).toBe(0);
    expect(JSON.parse(stdout).key, typed).toMatchObject({ hash, status: 'active', prefix: 'SUMMER' });
  }
});

test('what fits several keys lists them, with exit 2', async () => {
  const { command, screen, sandbox } = await useProvisioned();
  sandbox.account.createKey({ name: 'twin' });
  sandbox.account.createKey({ name: 'Twin' });
  sandbox.account.createKey({ name: 'TWIN' });
  expect(screen(await command(['show', 'tWin'])).replaceAll(/[0-9a-f]{12}/g, '<hash>')).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: tWin matches 3 keys.

      <hash>  TWIN
      <hash>  Twin
      <hash>  twin

    Hint: Use one of these names, or more characters of the hash.
    "
  `);
});

test.each([
  ['anda.baklan@example.org', 'Did you mean anda.baklane@example.org?'],
  ['SUMMER_Zane_Osola', 'Did you mean SUMMER_Zane_Ozola_<tag>?'],
  ['Baklane', 'Did you mean SUMMER_Anda_Baklāne_<tag>'],
  ['something else', 'To list all keys, run: orkeys list'],
])('%s is unknown, with exit 2 and what is near', async (typed, hint) => {
  const { command, screen } = await useProvisioned();
  const shown = await command(['show', typed]);
  expect(shown.code).toBe(2);
  expect(screen(shown)).toContain(hint);
});

test('a key that was deleted elsewhere is shown as the journal remembers it', async () => {
  const { command, sandbox, saved } = await useProvisioned();
  sandbox.account.deleteKey(saved[2]?.hash ?? '');
  const { code, stdout } = await command(['show', 'zane.ozola@example.net']);
  expect(code).toBe(0);
  expect(stdout).toContain('Status       gone: no longer on the account; these details are from the journal');
});

test('a key of somebody else is shown too, its tricks made visible', async () => {
  const { command, sandbox, screen } = await useProvisioned();
  sandbox.account.createKey({ name: 'evil\u001b[2J\u202egnp.exe', limit: null });
  const shown = await command(['list', '--name', 'evil*'], { answers: [] });
  expect(screen(shown)).toContain('evil\\u001b[2J\\u202e');
  const whole = await command(['show', 'evil\u001b[2J\u202egnp.exe']);
  expect(whole.stdout).toContain('Name         evil\\u001b[2J\\u202egnp.exe');
  expect(whole.stdout).toContain('not saved on this computer');
  for (const trick of ['\u202e', '\u001b[2J']) expect(whole.stdout + shown.stdout).not.toContain(trick);
});

test('--fields picks, in the order typed; an unknown one is refused with the known ones', async () => {
  const { command, screen } = await useProvisioned();
  expect(
    screen(await command(['show', 'zane.ozola@example.net', '--fields', 'status,limit,name'])),
  ).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    status  active
    limit   1
    name    SUMMER_Zane_Ozola_<tag>
    --- stderr
    "
  `);
  expect(screen(await command(['list', '--fields', 'name,usage,participant']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    NAME                            USAGE  PARTICIPANT
    SUMMER_Zane_Ozola_<tag>      0      Zane Ozola
    SUMMER_Valdis_Vēveris_<tag>  0      Valdis Vēveris
    SUMMER_Anda_Baklāne_<tag>    0      Anda Baklāne
    --- stderr
    "
  `);
  const { stdout } = await command(['list', '--json', '--fields', 'limit,expires_at']);
  expect(JSON.parse(stdout).keys).toEqual(Array(3).fill({ limit: 1, expires_at: null }));
  expect(screen(await command(['list', '--fields', 'name,limt']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: Unknown field limt in --fields name,limt.
    Hint: Did you mean limit? Available fields: participant, prefix, name, hash, label, status, disabled, limit, limit_remaining, limit_reset, include_byok_in_limit, usage, usage_daily, usage_weekly, usage_monthly, byok_usage, created_at, updated_at, expires_at, last_used_at, creator_user_id, workspace_id
    "
  `);
});
