import { expect, test } from 'vitest';
import { cellWidth } from '../../src/terminal/cell-width.ts';
import { useProvisioned } from '../support/provisioned.ts';

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
  for (const columns of [80, 100]) {
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
