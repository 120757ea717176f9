import { describe, expect, test } from 'vitest';
import type { Book } from '../../src/roster/sheet.ts';
import { readRosterFile } from '../../src/workbook/read-roster-file.ts';
import { handBuiltZip, rowXml, sheetXml, workbookParts } from './hand-built-zip.ts';

const HEADER = rowXml('E-mail', 'Name');
const LONGEST = 'x'.repeat(32_767);
const SHARED = '<row><c t="s"><v>0</v></c></row>';

describe('a cell of 32,767 characters is read, and one more is refused by name', () => {
  test.each([
    ['an inline text', (text: string) => inSheet(rowXml('anna@example.org', text)), 'cell B2 of sheet S'],
    ['a formula', (text: string) => inSheet(`<row><c t="str"><f>A1</f><v>${text}</v></c></row>`), 'cell A2 of sheet S'],
    ['a shared text', (text: string) => inSheet(SHARED, `<si><t>${text}</t></si>`), 'cell A2 of sheet S'],
    [
      'a shared text in runs',
      (text: string) => inSheet(SHARED, `<si><r><t>${text.slice(9)}</t></r><r><t>${text.slice(0, 9)}</t></r></si>`),
      'cell A2 of sheet S',
    ],
    ['a field of a CSV file', (text: string) => Buffer.from(`E-mail,Name\nanna@example.org,${text}\n`), 'cell B2'],
  ])('%s', async (_, bytesWith, where) => {
    const book = await read(bytesWith(LONGEST));
    expect(book.sheets[0]?.rows[1]?.cells.at(-1)?.value).toBe(LONGEST);
    await expect(read(bytesWith(`${LONGEST}x`))).rejects.toMatchObject({
      code: 'too_big',
      exitCode: 2,
      message: `roster: ${where} has more than 32,767 characters, the most that Excel allows.`,
    });
  });
});

test('an escaped character counts as the one that it stands for', async () => {
  const escaped = (count: number) => inSheet(rowXml('anna@example.org', '_x0041_'.repeat(count)));
  const book = await read(escaped(32_767));
  expect(book.sheets[0]?.rows[1]?.cells.at(-1)?.value).toBe('A'.repeat(32_767));
  await expect(read(escaped(32_768))).rejects.toMatchObject({ code: 'too_big' });
});

test('a character that XML forbids does not count', async () => {
  const book = await read(inSheet(rowXml('anna@example.org', `\u0001${LONGEST}`)));
  expect(book.sheets[0]?.rows[1]?.cells.at(-1)?.value).toBe(LONGEST);
});

describe('a file of more than 300,000 rows is refused', () => {
  const person = (at: number) => `<row><c t="inlineStr"><is><t>p${at}@example.org</t></is></c></row>`;
  const people = Array.from({ length: 301_000 }, (_, at) => person(at)).join('');

  test('before its texts are read', async () => {
    const parts = workbookParts(sheetXml(HEADER + people), { 'xl/sharedStrings.xml': 'not read' });
    await expect(read(handBuiltZip(parts))).rejects.toMatchObject({ code: 'too_big' });
  });

  test('also when its rows end in another way', async () => {
    const parts = workbookParts(sheetXml(HEADER + people.replaceAll('</c></row>', '</c> </row>')));
    await expect(read(handBuiltZip(parts))).rejects.toMatchObject({ code: 'too_big' });
  });

  test('as a CSV file', async () => {
    const lines = Array.from({ length: 300_001 }, (_, at) => `p${at}@example.org`);
    await expect(read(Buffer.from(lines.join('\n')))).rejects.toMatchObject({ code: 'too_big' });
  });
});

function inSheet(rows: string, strings = ''): Buffer {
  return handBuiltZip(workbookParts(sheetXml(HEADER + rows), { 'xl/sharedStrings.xml': `<sst>${strings}</sst>` }));
}

function read(bytes: Uint8Array): Promise<Book> {
  return readRosterFile({ file: 'roster', bytes }, () => new Date('2026-01-20T12:00:00Z'));
}
