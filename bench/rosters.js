import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';

/** A roster of so many fictional people, as CSV. Returns its path. */
export function writeRoster(folder, people) {
  const path = join(folder, `people-${people}.csv`);
  const lines = Array.from({ length: people }, (_, index) => person(index).join(','));
  writeFileSync(path, `${HEADER.join(',')}\n${lines.join('\n')}\n`);
  return path;
}

/** The same as XLSX. */
export async function writeWorkbook(folder, people) {
  const filename = join(folder, `people-${people}.xlsx`);
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ filename, useSharedStrings: true });
  const sheet = workbook.addWorksheet('People');
  sheet.addRow(HEADER).commit();
  for (let index = 0; index < people; index += 1) sheet.addRow(person(index)).commit();
  await workbook.commit();
  return filename;
}

const HEADER = ['E-mail', 'Name', 'Surname'];

function person(index) {
  return [`person${index}@example.org`, `Name${letters(index)}`, `Surname${letters(index)}`];
}

/** 0 → aaaa, 1 → aaab: names are words, not numbers. */
function letters(index) {
  return [17576, 676, 26, 1].map((unit) => String.fromCharCode(97 + (Math.floor(index / unit) % 26))).join('');
}
