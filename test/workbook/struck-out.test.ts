import ExcelJS from 'exceljs';
import { expect, test } from 'vitest';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { readRosterFile } from '../../src/workbook/read-roster-file.ts';

const now = () => new Date('2026-01-20');

async function read(build: (sheet: ExcelJS.Worksheet) => void) {
  const workbook = new ExcelJS.Workbook();
  build(workbook.addWorksheet('People'));
  const bytes = new Uint8Array(await workbook.xlsx.writeBuffer());
  return parseRoster(await readRosterFile({ file: 'r.xlsx', bytes }, now), { now: now() });
}

test('a row, a name or an address that is crossed out is kept and told', async () => {
  const roster = await read((sheet) => {
    sheet.addRows([
      ['Name', 'E-mail', 'Remark'],
      ['Anda Liepa', 'anda@example.org', 'x'],
      ['Ilze Ozola', 'ilze@example.org', 'x'],
      ['Bo Krag', 'bo@example.org', 'x'],
      ['Cy Moe', 'cy@example.org', 'x'],
    ]);
    for (const address of ['A3', 'B3', 'C3', 'B4', 'C5']) sheet.getCell(address).font = { strike: true };
    sheet.getCell('A2').font = { bold: true };
  });
  expect(roster.participants).toHaveLength(4);
  expect(roster.notices).toMatchObject([
    { row: 3, column: 'B', code: 'struck_out', message: expect.stringContaining('this row is crossed out') },
    { row: 4, column: 'B', code: 'struck_out', message: expect.stringContaining('this cell is crossed out') },
  ]);
});

test('a part of a cell that is crossed out is told, and a cell of several fonts that is crossed out as a whole', async () => {
  const old = { text: 'old@example.org', font: { strike: true } };
  const roster = await read((sheet) => {
    sheet.addRows([['E-mail', 'Name'], [], ['', 'Bo Krag'], ['cy@example.org', '']]);
    sheet.getCell('A2').value = { richText: [old, { text: ' ada@example.org', font: { bold: true } }] };
    sheet.getCell('A3').value = {
      richText: [
        { text: 'bo@', font: { strike: true, bold: true } },
        { ...old, text: 'example.org' },
      ],
    };
    sheet.getCell('B4').value = { richText: [{ text: 'Cy ', font: { strike: false } }, { text: 'Moe' }] };
  });
  expect(roster.notices.filter(({ code }) => code === 'struck_out')).toMatchObject([
    { row: 2, column: 'A', message: expect.stringContaining('a part of this cell is crossed out') },
    { row: 3, column: 'A', message: expect.stringContaining('this cell is crossed out') },
  ]);
});

test('a status that is merged over several rows is that of all of them', async () => {
  const roster = await read((sheet) => {
    sheet.addRows([
      ['Name', 'E-mail', 'Status'],
      ['Ada Lind', 'ada@example.org', 'Cancelled'],
      ['Bo Krag', 'bo@example.org', ''],
      ['Cy Moe', 'cy@example.org', 'Confirmed'],
    ]);
    sheet.mergeCells('C2:C3');
  });
  expect(roster.participants.map(({ name }) => name)).toEqual(['Cy']);
});
