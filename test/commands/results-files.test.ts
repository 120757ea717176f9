import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { expect, test } from 'vitest';
import { useWorkshop } from '../support/workshop-world.ts';

async function workbookOf(path: string): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(new Uint8Array(readFileSync(path)).buffer);
  return workbook;
}

function textsOf(sheet: ExcelJS.Worksheet | undefined, row: number): string[] {
  const texts: string[] = [];
  sheet?.getRow(row).eachCell({ includeEmpty: true }, ({ text }) => texts.push(text));
  return texts;
}

test('keys.xlsx shows what is handed out first, what only identifies a key last, and prints one page wide', async () => {
  const { cwd } = await useWorkshop();
  const [sheet, ...others] = (await workbookOf(join(cwd, 'output', 'WS', 'keys.xlsx'))).worksheets;
  expect(textsOf(sheet, 1).slice(3)).toEqual([
    'api_key',
    'limit_usd',
    'expires_at',
    'status',
    'limit_reset',
    'key_name',
    'key_hash',
  ]);
  expect(sheet?.pageSetup).toMatchObject({ fitToPage: true, fitToWidth: 1, fitToHeight: 0, orientation: 'landscape' });
  expect(sheet?.getColumn(10).width).toBe(12);
  expect(others).toEqual([]);
});

test('people who are no longer in the roster stay findable on a sheet of their own; it is no roster', async () => {
  const { cwd, run, write, saved, server } = await useWorkshop();
  write('WS_participants.csv', 'E-mail,Name,Surname\nanda@example.org,Anda,Ozola\n');
  await run(['provision', 'WS_participants.csv', '--yes']);
  const path = join(cwd, 'output', 'WS', 'keys.xlsx');
  const workbook = await workbookOf(path);
  expect(workbook.worksheets.map(({ name }) => name)[1]).toBe('No longer in the roster');
  const sheet = workbook.worksheets[1];
  expect(textsOf(sheet, 1).slice(0, 4)).toEqual(['name', 'surname', 'email', 'api_key']);
  const people = [textsOf(sheet, 2), textsOf(sheet, 3)];
  expect(people.map(([name, , email]) => `${name} ${email}`)).toEqual([
    'Jānis janis@example.org',
    'Zane zane@example.org',
  ]);
  const keys = new Set(saved().map(({ key }) => key));
  expect(people.every(([, , , key = '']) => keys.has(key))).toBe(true);
  const again = await run(['provision', path, '--prefix', 'WS', '--yes']);
  expect(again.code).toBe(0);
  expect(again.stderr).toContain('1 participant in 1 row');
  expect(server.liveKeys()).toHaveLength(3);
});

test('problems.xlsx of an earlier run goes after a clean one', async () => {
  const { cwd, run, write } = await useWorkshop();
  const path = join(cwd, 'output', 'WS', 'problems.xlsx');
  write('WS_participants.csv', 'E-mail,Name,Surname\nanda@example.org,Anda,Ozola\nnobody,No,Body\n');
  await run(['provision', 'WS_participants.csv', '--yes', '--skip-invalid']);
  expect(existsSync(path)).toBe(true);
  write('WS_participants.csv', 'E-mail,Name,Surname\nanda@example.org,Anda,Ozola\n');
  await run(['provision', 'WS_participants.csv', '--yes']);
  expect(existsSync(path)).toBe(false);
});
