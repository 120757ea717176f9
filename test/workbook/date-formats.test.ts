import { expect, test } from 'vitest';
import { readRosterFile } from '../../src/workbook/read-roster-file.ts';
import { handBuiltZip, sheetXml, workbookParts } from './hand-built-zip.ts';

/** 2026-01-20 12:00 in days, as Excel counts */
const DAYS = 46_042.5;
const DATE = { date: '2026-01-20T12:00:00.000Z' };

test.each([14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 31, 36, 45, 46, 47, 50, 54, 58])(
  'a number in the built-in format %i is a date',
  async (id) => expect(await valueIn(`<cellXfs><xf numFmtId="0"/><xf numFmtId="${id}"/></cellXfs>`)).toEqual(DATE),
);

test.each([0, 1, 4, 9, 11, 13, 23, 26, 37, 44, 48, 49, 59])(
  'a number in the built-in format %i is a number',
  async (id) => expect(await valueIn(`<cellXfs><xf numFmtId="0"/><xf numFmtId="${id}"/></cellXfs>`)).toBe(DAYS),
);

test.each(['dd.mm.yyyy', '[$-426]yyyy. &quot;gada&quot; d. mmmm', '[h]:mm', 'yyyy\\-mm\\-dd'])(
  "a number in the file's own format %s is a date",
  async (code) => expect(await valueIn(ownFormat(code))).toEqual(DATE),
);

test.each(['0.00', '#,##0 &quot;days&quot;', '[Red]0', '0\\d', '_d0', '0*d'])(
  "a number in the file's own format %s is a number",
  async (code) => expect(await valueIn(ownFormat(code))).toBe(DAYS),
);

test('a built-in id that the file gives a format of its own has that one', async () => {
  expect(await valueIn(ownFormat('0.00', 14))).toBe(DAYS);
});

test('formats of named styles do not count', async () => {
  const named = '<cellStyleXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellStyleXfs>';
  expect(await valueIn(`${named}<cellXfs><xf numFmtId="0"/><xf numFmtId="1"/></cellXfs>`)).toBe(DAYS);
});

test('days count from 1904 where the workbook says so', async () => {
  const styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>';
  expect(await valueIn(styles, '<workbookPr date1904="1"/>')).toEqual({ date: '2030-01-21T12:00:00.000Z' });
});

function ownFormat(code: string, id = 164): string {
  return `<numFmts><numFmt numFmtId="${id}" formatCode="${code}"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="${id}"/></cellXfs>`;
}

/** What a cell of the second cell style is read as. */
async function valueIn(styles: string, properties = '') {
  const parts = workbookParts(sheetXml(`<row><c s="1"><v>${DAYS}</v></c></row>`), {
    'xl/styles.xml': `<styleSheet>${styles}</styleSheet>`,
  }).map((part) =>
    part.name === 'xl/workbook.xml'
      ? { ...part, data: String(part.data).replace('<sheets>', `${properties}<sheets>`) }
      : part,
  );
  const book = await readRosterFile({ file: 'roster', bytes: handBuiltZip(parts) }, () => new Date(0));
  return book.sheets[0]?.rows[0]?.cells[0]?.value;
}
