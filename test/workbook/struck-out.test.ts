import ExcelJS from 'exceljs';
import { expect, test } from 'vitest';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { readRosterFile } from '../../src/workbook/read-roster-file.ts';

test('a row, a name or an address that is crossed out is kept and told', async () => {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('People');
  sheet.addRows([
    ['Name', 'E-mail', 'Remark'],
    ['Anda Liepa', 'anda@example.org', 'x'],
    ['Ilze Ozola', 'ilze@example.org', 'x'],
    ['Bo Krag', 'bo@example.org', 'x'],
    ['Cy Moe', 'cy@example.org', 'x'],
  ]);
  for (const address of ['A3', 'B3', 'C3', 'B4', 'C5']) sheet.getCell(address).font = { strike: true };
  sheet.getCell('A2').font = { bold: true };
  const now = () => new Date('2026-01-20');
  const bytes = new Uint8Array(await workbook.xlsx.writeBuffer());
  const roster = parseRoster(await readRosterFile({ file: 'r.xlsx', bytes }, now), { now: now() });
  expect(roster.participants).toHaveLength(4);
  expect(roster.notices).toMatchObject([
    { row: 3, column: 'B', code: 'struck_out', message: expect.stringContaining('this row is crossed out') },
    { row: 4, column: 'B', code: 'struck_out', message: expect.stringContaining('this cell is crossed out') },
  ]);
});
