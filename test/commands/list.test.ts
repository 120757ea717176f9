import { expect, test } from 'vitest';
import { cellWidth } from '../../src/terminal/cell-width.ts';
import { hang, refused } from '../support/faults.ts';
import { useFaultyServer } from '../support/faulty-server.ts';
import { useProvisioned } from '../support/provisioned.ts';

const COLORS = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

test('one workshop is told apart by its participants, in 80 cells and in 100', async () => {
  const { command, screen, sandbox, saved, env } = await useProvisioned('--limit', '2', '--expires', '7d');
  sandbox.account.spend(saved[0]?.hash ?? '', 0.5);
  sandbox.account.createKey({ name: 'other' });
  await command(['create', 'assistant', '--prefix', 'SUMMER', '--yes']);
  const list = (columns: number) =>
    command(['list', 'SUMMER'], { answers: [], columns, env: { ...env, NO_COLOR: '1' } });
  expect(screen(await list(80))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Spent     today $0.50, week $0.50, month $0.50, in all $0.50; total limit $7.00;
              credit left $999.50
    PARTICIPANT     EMAIL                     KEY    STATUS  LIMIT  SPENT  REMAINING
    Anda Baklāne    anda.baklane@example.org  …<end>  active  $2.00  $0.50      $1.50
    Valdis Vēveris  valdis.veveris@example.…  …<end>  active  $2.00  $0.00      $2.00
    Zane Ozola      zane.ozola@example.net    …<end>  active  $2.00  $0.00      $2.00
    assistant                                 …<end>  active  $1.00  $0.00      $1.00

    4 keys, total limit $7.00, total spent $0.50, remaining $6.50
    3 keys expire 2026-03-09 09:00 UTC
    --- stderr
    "
  `);
  for (const columns of [60, 80, 100]) {
    const { stdout } = await list(columns);
    for (const line of stdout.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(columns);
    for (const { key } of saved) expect(stdout).toContain(` …${key.slice(-4)} `);
    if (columns === 100) expect(stdout).toContain('valdis.veveris@example.org');
  }
});

test('--wide shows the key names, and all other columns', async () => {
  const { command, saved } = await useProvisioned();
  const { stdout } = await command(['list', 'SUMMER', '--wide']);
  for (const { name } of saved) expect(stdout).toContain(name);
  expect(stdout).toMatch(/\nPARTICIPANT {2,}KEY NAME {2,}SECRET .* CREATED \(UTC\)\n/);
});

test('--wide on a terminal shows key names in full, and leaves out other columns for them', async () => {
  const { command, saved } = await useProvisioned('--expires', '7d');
  for (const columns of [80, 100]) {
    const { stdout } = await command(['list', 'SUMMER', '--wide'], { answers: [], columns });
    for (const { name } of saved) expect(stdout).toContain(` ${name} `);
    for (const line of stdout.split('\n')) expect(cellWidth(line.replaceAll(COLORS, ''))).toBeLessThanOrEqual(columns);
  }
});

test('where names are cut, their ends stay', async () => {
  const { command, saved } = await useProvisioned();
  const { stdout } = await command(['list'], { answers: [], columns: 80 });
  for (const { name } of saved) expect(stdout).toContain(name.slice(-9));
  expect(stdout).not.toContain('EXPIRES');
});

test('addresses are arguments or options, together with a prefix', async () => {
  const { command } = await useProvisioned();
  const names = async (...args: string[]) => (await command(['list', ...args, '--fields', 'participant'])).stdout;
  expect(await names('ANDA.baklane@example.org')).toBe('PARTICIPANT\nAnda Baklāne\n');
  expect(await names('v.veveris@example.com', 'SUMMER', '--email', 'zane.ozola@example.net')).toBe(
    'PARTICIPANT\nValdis Vēveris\nZane Ozola\n',
  );
  expect(await names('v.veveris@example.com', '--prefix', 'WINTER')).toBe('No keys found.\n');
});

test('a prefix that is misspelled gets a suggestion', async () => {
  const { command } = await useProvisioned();
  expect(await command(['list', 'SUMER'])).toEqual({
    code: 0,
    stdout: expect.stringContaining('No keys found.'),
    stderr: 'Did you mean --prefix SUMMER?\n',
  });
});

test('the account: newest first, with keys that nobody here knows, unlimited and expired ones', async () => {
  const { command, screen, sandbox, setTime } = await useProvisioned();
  setTime('2026-03-02T10:00:00Z');
  sandbox.account.createKey({ name: 'unlimited' });
  sandbox.account.createKey({ name: 'expired', limit: 3, limit_reset: 'daily', expires_at: '2026-03-02T10:30:00Z' });
  setTime('2026-03-02T11:00:00Z');
  expect(screen(await command(['list'], { columns: 160 }))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Spent     today $0.00, week $0.00, month $0.00, in all $0.00; total limit $6.00; credit left $1,000.00
    PARTICIPANT     KEY NAME                        SECRET               STATUS       LIMIT  SPENT  REMAINING  RESET  EXPIRES (UTC)     CREATED (UTC)
                    expired                         <masked>  expired      $3.00  $0.00      $3.00  daily  2026-03-02 10:30  2026-03-02 10:00
                    unlimited                       <masked>  active   unlimited  $0.00                                      2026-03-02 10:00
    Zane Ozola      SUMMER_Zane_Ozola_<tag>      <masked>  active       $1.00  $0.00      $1.00                           2026-03-02 09:00
    Valdis Vēveris  SUMMER_Valdis_Vēveris_<tag>  <masked>  active       $1.00  $0.00      $1.00                           2026-03-02 09:00
    Anda Baklāne    SUMMER_Anda_Baklāne_<tag>    <masked>  active       $1.00  $0.00      $1.00                           2026-03-02 09:00

    5 keys, total limit $6.00 (1 without a limit), total spent $0.00, remaining $6.00
    1 key expires 2026-03-02 10:30 UTC
    --- stderr
    "
  `);
});

test('keys that are only named like the workshop have a table of their own', async () => {
  const { command, screen, sandbox } = await useProvisioned();
  sandbox.account.createKey({ name: 'SUMMER_of_another_program', limit: 5 });
  expect(screen(await command(['list', '--prefix', 'SUMMER'], { columns: 160 }))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Spent     today $0.00, week $0.00, month $0.00, in all $0.00; total limit $8.00; credit left $1,000.00
    PARTICIPANT     EMAIL                       KEY    STATUS  LIMIT  SPENT  REMAINING
    Anda Baklāne    anda.baklane@example.org    …<end>  active  $1.00  $0.00      $1.00
    Valdis Vēveris  valdis.veveris@example.org  …<end>  active  $1.00  $0.00      $1.00
    Zane Ozola      zane.ozola@example.net      …<end>  active  $1.00  $0.00      $1.00

    3 keys, total limit $3.00, total spent $0.00, remaining $3.00

    1 key named like this, but not created by this workshop:
    KEY NAME                   SECRET               STATUS  LIMIT  SPENT  REMAINING  RESET  EXPIRES (UTC)  CREATED (UTC)
    SUMMER_of_another_program  <masked>  active  $5.00  $0.00      $5.00                        2026-03-02 09:00

    1 key, total limit $5.00, total spent $0.00, remaining $5.00
    --- stderr
    "
  `);
});

test('as JSON, keys that are only named like the workshop are counted too, and belong to none', async () => {
  const { command, sandbox } = await useProvisioned();
  sandbox.account.createKey({ name: 'SUMMER_of_another_program', limit: 5 });
  const { keys, totals } = JSON.parse((await command(['list', '--prefix', 'SUMMER', '--json'])).stdout);
  expect(keys.map(({ prefix }: { prefix: string | null }) => prefix)).toEqual(['SUMMER', 'SUMMER', 'SUMMER', null]);
  expect(totals).toMatchObject({ count: 4, limit: 8 });
});

test('as JSON: each key with its participant, and totals that are exact', async () => {
  const { command, sandbox, saved } = await useProvisioned('--limit', '0.7');
  sandbox.account.spend(saved[0]?.hash ?? '', 0.1);
  sandbox.account.spend(saved[1]?.hash ?? '', 0.2);
  sandbox.account.createKey({ name: 'unlimited' });
  const { code, stdout, stderr } = await command(['list', '--json']);
  const { totals, keys, ...rest } = JSON.parse(stdout);
  expect({ code, stderr, rest }).toEqual({
    code: 0,
    stderr: '',
    rest: { version: 1, command: 'list', sandbox: false, complete: true, notes: [] },
  });
  // In floating point, 0.1 + 0.2 is 0.30000000000000004 and three times 0.7 is 2.0999999999999996.
  expect(totals).toEqual({
    ...{ count: 4, limit: 2.1, unlimited: 1, usage: 0.3, limit_remaining: 1.8 },
    ...{ usage_daily: 0.3, usage_weekly: 0.3, usage_monthly: 0.3, credit_left: 999.7 },
  });
  const owners = keys.map((key: { participant: { name: string } | null; prefix: string | null }) => [
    key.participant?.name ?? null,
    key.prefix,
  ]);
  expect(owners).toEqual([
    [null, null],
    ['Zane', 'SUMMER'],
    ['Valdis', 'SUMMER'],
    ['Anda', 'SUMMER'],
  ]);
});

test.each([
  [[], ['b', 'a', 'Zane', 'Valdis', 'Anda']],
  [
    ['--sort', 'created'],
    ['b', 'a', 'Zane', 'Valdis', 'Anda'],
  ],
  [
    ['--sort', 'name'],
    ['a', 'b', 'Anda', 'Valdis', 'Zane'],
  ],
  [
    ['--sort', 'spent'],
    ['Valdis', 'a', 'b', 'Zane', 'Anda'],
  ],
  [
    ['--sort', 'row'],
    ['Anda', 'Valdis', 'Zane', 'b', 'a'],
  ],
])('list %j: %j', async (flags, expected) => {
  const { command, sandbox, saved } = await useProvisioned();
  const a = sandbox.account.createKey({ name: 'a' }).data.hash;
  sandbox.account.createKey({ name: 'b' });
  sandbox.account.spend(saved[1]?.hash ?? '', 0.2);
  sandbox.account.spend(a, 0.1);
  const { stdout } = await command(['list', '--json', ...flags]);
  const names = JSON.parse(stdout).keys.map(({ name }: { name: string }) => /^SUMMER_([^_]+)/.exec(name)?.[1] ?? name);
  expect(names).toEqual(expected);
});

test('--fields prints these fields, unformatted; an unknown one is told with those that exist', async () => {
  const { command, screen, sandbox, saved } = await useProvisioned();
  sandbox.account.spend(saved[0]?.hash ?? '', 0.5);
  const fields = ['list', '--prefix', 'SUMMER', '--fields', 'participant,usage,limit_remaining'];
  expect(screen(await command(fields))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    PARTICIPANT     USAGE  LIMIT_REMAINING
    Anda Baklāne    0.5    0.5
    Valdis Vēveris  0      1
    Zane Ozola      0      1
    --- stderr
    "
  `);
  expect(screen(await command(['list', '--fields', 'usge']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: Unknown field usge in --fields usge.
    Hint: Did you mean usage? Available fields: participant, prefix, name, hash, label, status, disabled, limit, limit_remaining, limit_reset, include_byok_in_limit, usage, usage_daily, usage_weekly, usage_monthly, byok_usage, created_at, updated_at, expires_at, last_used_at, creator_user_id, workspace_id
    "
  `);
});

test('nothing found is no error', async () => {
  const { command, screen } = await useProvisioned();
  expect(screen(await command(['list', '--name', 'nobody*']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    No keys found.
    --- stderr
    "
  `);
});

test('an account that tells nobody its credit, or does not answer, is listed all the same and without a wait', async () => {
  const { command, env, sandbox } = await useProvisioned();
  for (const fault of [refused(403), refused(500), refused(429), hang]) {
    const server = await useFaultyServer({
      account: sandbox.account,
      rules: ({ route }) => (route === 'GET /credits' ? fault : undefined),
    });
    const { code, stdout } = await command(['list', '--json'], { env: { ...env, ORKEYS_BASE_URL: server.url } });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).totals).toMatchObject({ count: 3, credit_left: null });
    expect(server.requests.filter(({ route }) => route === 'GET /credits')).toHaveLength(1);
  }
});
