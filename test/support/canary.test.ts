import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { expect, onTestFinished, test } from 'vitest';
import { refuseLeaks, refuseLeakyFiles } from './canary.ts';

const KEY = `sk-or-v1-sandbox-${'0123456789ab'.repeat(4)}`;

function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orkeys-canary-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test.each([
  [['list'], `a ${KEY} b`, '', true],
  [['list'], '', `Error: ${KEY.slice(0, 24)}`, true],
  [['list'], 'sk-or-v1-san...89ab sk-or-v1-sandbox-management', '', false],
  [['create', 'x', '--reveal'], KEY, '', false],
  [['create', 'x', '--reveal'], '', KEY, true],
])('%j with a key on a stream', (args, stdout, stderr, leaks) => {
  const look = () => refuseLeaks(args, { stdout, stderr });
  if (leaks) expect(look).toThrow('A key shows on');
  else expect(look).not.toThrow();
});

test('files that are not meant to hold keys are found, in workbooks and in names too', async () => {
  const folder = useFolder();
  for (const name of ['keys.json', 'journal.jsonl']) writeFileSync(join(folder, name), KEY);
  await expect(refuseLeakyFiles(folder)).resolves.toBeUndefined();
  mkdirSync(join(folder, 'deep'));
  const book = new ExcelJS.Workbook();
  book.addWorksheet('x').addRow([KEY]);
  await book.xlsx.writeFile(join(folder, 'deep', 'problems.xlsx'));
  await expect(refuseLeakyFiles(folder)).rejects.toThrow('problems.xlsx');
  rmSync(join(folder, 'deep'), { recursive: true });
  writeFileSync(join(folder, `${KEY}.tmp`), '');
  await expect(refuseLeakyFiles(folder)).rejects.toThrow('the name');
});
