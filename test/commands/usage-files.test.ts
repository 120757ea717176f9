import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { expect, test } from 'vitest';
import { canRun } from '../support/programs.ts';
import { useProvisioned } from '../support/provisioned.ts';

const FILES = ['usage.html', 'usage.xlsx', 'usage.csv', 'usage.sqlite'];
const SPENT = { model: 'openai/gpt-6-luna', requests: 4, tokens: { prompt: 100, completion: 10 } };

async function useSaved(...flags: string[]) {
  const world = await useProvisioned('--limit', '2');
  const { sandbox, saved, command, folder } = world;
  world.setTime('2026-03-05T12:00:00Z');
  sandbox.account.spend(saved[0]?.hash ?? 'none', 0.5, { ...SPENT, at: '2026-02-10T10:00:00Z' });
  await command(['usage', 'SUMMER', '--month', '2026-02']);
  sandbox.account.spend(saved[0]?.hash ?? 'none', 0.25, { ...SPENT, at: '2026-03-05T10:00:00Z' });
  const shown = await command(['usage', 'SUMMER', '--today', '--save', ...flags]);
  if (shown.code !== 0) throw new Error(shown.stderr);
  return { ...world, shown, path: (name: string) => join(folder, name) };
}

/** All texts of a workbook. */
async function textsOf(path: string): Promise<string> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(path);
  return workbook.worksheets.map((sheet) => JSON.stringify(sheet.getSheetValues())).join('\n');
}

test('--save writes all files for the owner alone, and says where', async () => {
  const { shown, screen, path } = await useSaved();
  expect(screen(shown).split('As of')[1]).toMatchInlineSnapshot(`
    "     2026-03-05 12:00 UTC.
    Saved     <folder>/output/SUMMER/usage.html
    Saved     <folder>/output/SUMMER/usage.xlsx
    Saved     <folder>/output/SUMMER/usage.csv
    Saved     <folder>/output/SUMMER/usage.sqlite
    --- stderr
    Note: unusual spending: fewer than 8 people spent, which is too few to compare
    "
  `);
  for (const name of FILES) expect(statSync(path(name)).mode & 0o777, name).toBe(0o600);
  expect(readFileSync(path('usage.html'), 'utf8')).toContain('Anda Baklāne');
  expect(await textsOf(path('usage.xlsx'))).toContain('anda.baklane@example.org');
});

test.runIf(canRun('sqlite3'))('the database holds all that was ever recorded, the other files the period', async () => {
  const { path } = await useSaved();
  const sql = (query: string) => execFileSync('sqlite3', [path('usage.sqlite'), query], { encoding: 'utf8' });
  expect(sql('SELECT day, cost, requests FROM usage_day ORDER BY day')).toBe('2026-02-10|0.5|4\n2026-03-05|0.25|4\n');
  expect(sql('SELECT week, name, weekly_cost FROM weekly ORDER BY week')).toBe(
    '2026-02-09|Anda|0.5\n2026-03-02|Anda|0.25\n',
  );
  expect(sql('SELECT name, surname FROM person ORDER BY id')).toBe('Anda|Baklāne\nValdis|Vēveris\nZane|Ozola\n');
  expect(sql('SELECT count(*) FROM reading')).toMatch(/^[3-9]\n$/);
  expect(readFileSync(path('usage.csv'), 'utf8')).toContain('Anda,Baklāne,anda.baklane@example.org,,,0.25');
});

test('--mask hides names, addresses and keys in every file', async () => {
  const { shown, path, saved } = await useSaved('--mask');
  const texts = {
    screen: shown.stdout + shown.stderr,
    ...Object.fromEntries(FILES.map((name) => [name, readFileSync(path(name)).toString('utf8')])),
    'usage.xlsx': await textsOf(path('usage.xlsx')),
  };
  for (const [name, text] of Object.entries(texts)) {
    expect(text, name).toContain('person 01');
    for (const own of ['Anda', 'Baklāne', 'example.org', 'Ozola', ...saved.flatMap((key) => [key.hash, key.name])]) {
      expect(text.includes(own), `${own} in ${name}`).toBe(false);
    }
  }
});

test('a file that cannot be written is told, and the others are there: exit 6', async () => {
  const { command, cwd, screen } = await useSaved();
  const shown = await command(['usage', 'SUMMER', '--today', '--html', 'missing/usage.html', '--csv', 'own.csv']);
  expect(screen(shown).split('As of')[1]).toMatchInlineSnapshot(`
    "     2026-03-05 12:00 UTC.
    Not saved  Cannot save <folder>/missing/usage.html: its folder does not exist (ENOENT).
    Saved     <folder>/own.csv
    --- stderr
    Note: unusual spending: fewer than 8 people spent, which is too few to compare
    "
  `);
  expect(readFileSync(join(cwd, 'own.csv'), 'utf8')).toContain('Anda');
});
