import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import yauzl from 'yauzl';
import type { PlainCell } from '../../src/roster/participant.ts';
import { legalText, sheetTitle } from '../../src/workbook/cell-text.ts';
import { type ResultsTable, writeResultsWorkbook } from '../../src/workbook/write-results.ts';

const RESULT_HEADER = ['api_key', 'limit_usd', 'expires_at', 'status', 'limit_reset', 'key_name', 'key_hash'];
const RESULT_ROW = [
  'sk-or-v1-test-1',
  5,
  '2026-12-31T00:00:00Z',
  'created',
  'monthly',
  'BSSDH_2025_Anda_Baklāne_k7f3q2xw',
  '0e6f',
];

function table(changes: Partial<ResultsTable> = {}): ResultsTable {
  return {
    sheetName: 'Participants',
    header: ['Name', 'Surname', 'E-mail'],
    rows: [{ cells: ['Anda', 'Baklāne', 'anda@example.org'] }],
    resultHeader: RESULT_HEADER,
    resultRows: [RESULT_ROW],
    at: new Date('2026-03-04T05:06:07Z'),
    ...changes,
  };
}

/** One column of cells, with one result column. */
function column(cells: PlainCell[]): ResultsTable {
  return table({
    header: ['What'],
    rows: cells.map((cell) => ({ cells: [cell] })),
    resultHeader: ['status'],
    resultRows: cells.map(() => ['created']),
  });
}

async function sheetOf(bytes: Uint8Array): Promise<ExcelJS.Worksheet> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(new Uint8Array(bytes).buffer);
  const [sheet] = workbook.worksheets;
  if (sheet === undefined) throw new Error('no sheet');
  return sheet;
}

interface Part {
  name: string;
  text: string;
  date: number;
  time: number;
}

async function partsOf(bytes: Uint8Array): Promise<Part[]> {
  const zip = await yauzl.fromBufferPromise(Buffer.from(bytes));
  const parts: Part[] = [];
  for await (const entry of zip.eachEntry()) {
    const stream = await zip.openReadStreamPromise(entry);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const { fileName: name, lastModFileDate: date, lastModFileTime: time } = entry;
    parts.push({ name, text: Buffer.concat(chunks).toString(), date, time });
  }
  return parts;
}

async function partOf(bytes: Uint8Array, name: string): Promise<string> {
  const part = (await partsOf(bytes)).find((each) => each.name === name);
  return part?.text ?? '';
}

describe('the results workbook', () => {
  test('has the roster’s columns first and ours to the right of them', async () => {
    const sheet = await sheetOf(await writeResultsWorkbook(table()));
    expect(sheet.name).toBe('Participants');
    expect(sheet.getRow(1).values).toEqual([undefined, 'Name', 'Surname', 'E-mail', ...RESULT_HEADER]);
    expect(sheet.getRow(2).values).toEqual([undefined, 'Anda', 'Baklāne', 'anda@example.org', ...RESULT_ROW]);
    expect(sheet.rowCount).toBe(2);
  });

  test('keeps our columns in line when rows are shorter or longer than the header, or empty', async () => {
    const rows = [{ cells: ['a'] }, { cells: [] }, { cells: ['a', 'b', 'c', 'd'] }];
    const written = table({
      header: ['A', 'A', ''],
      rows,
      resultHeader: ['status'],
      resultRows: [['x'], ['y'], ['z']],
    });
    const sheet = await sheetOf(await writeResultsWorkbook(written));
    expect(sheet.getColumn(5).values).toEqual([undefined, 'status', 'x', 'y', 'z']);
    expect(sheet.getRow(1).values).toEqual([undefined, 'A', 'A', undefined, undefined, 'status']);
  });

  test('has a bold, frozen header and columns neither too narrow nor too wide', async () => {
    const wide = table({ rows: [{ cells: ['x'.repeat(5000), 'y', 'two\nshort lines'] }] });
    const sheet = await sheetOf(await writeResultsWorkbook(wide));
    expect(sheet.getCell('A1').font.bold).toBe(true);
    expect(sheet.getCell('A2').font?.bold).toBeFalsy();
    expect(sheet.views).toMatchObject([{ state: 'frozen', ySplit: 1 }]);
    expect([1, 2, 3].map((number) => sheet.getColumn(number).width)).toEqual([60, 10, 13]);
  });

  test('keeps kinds of values: texts, numbers, booleans, dates, and nothing', async () => {
    const cells: PlainCell[] = ['007', 7, 0, -0.5, 1e21, true, false, null, '', { date: '2026-03-04' }];
    const more: PlainCell[] = [{ date: '2026-03-04T05:06:07' }, { date: '2026-03-04T05:06:07+02:00' }];
    const sheet = await sheetOf(await writeResultsWorkbook(column([...cells, ...more])));
    expect(sheet.getColumn(1).values.slice(2)).toEqual([
      '007',
      7,
      0,
      -0.5,
      1e21,
      true,
      false,
      undefined,
      undefined,
      new Date('2026-03-04T00:00:00Z'),
      new Date('2026-03-04T05:06:07Z'),
      new Date('2026-03-04T03:06:07Z'),
    ]);
    expect(sheet.getCell('A11').numFmt).toBe('yyyy-mm-dd');
    expect(sheet.getCell('A12').numFmt).toBe('yyyy-mm-dd hh:mm:ss');
  });

  test.each(['1899-12-30', '1900-02-28', '2026-02-31', 'soon', '12:30'])('leaves the date %s a text', async (date) => {
    expect((await sheetOf(await writeResultsWorkbook(column([{ date }])))).getCell('A2').value).toBe(date);
  });

  test('leaves a number that Excel does not know a text', async () => {
    const sheet = await sheetOf(await writeResultsWorkbook(column([Number.NaN, Number.POSITIVE_INFINITY])));
    expect(sheet.getColumn(1).values.slice(2)).toEqual(['NaN', 'Infinity']);
  });

  test('refuses rows that do not belong together', async () => {
    await expect(writeResultsWorkbook(table({ resultRows: [] }))).rejects.toThrow('differ in number');
  });

  test('can be empty', async () => {
    const empty = table({ header: [], rows: [], resultRows: [] });
    expect((await sheetOf(await writeResultsWorkbook(empty))).getRow(1).values).toEqual([undefined, ...RESULT_HEADER]);
  });
});

describe('texts that look like something else', () => {
  const PAYLOADS = [
    '=1+1',
    "+cmd|' /C calc'!A0",
    '-2+3',
    '@SUM(A1)',
    '=HYPERLINK("http://example.org","x")',
    '\t=1+1',
    '\n=1',
    "'=1",
    '<c t="str"><f>1+1</f></c>',
    ']]>&amp;&#x3D;1',
    'https://example.org/',
    'TRUE',
    '1e5',
    '2026-01-01',
    '__proto__',
    'constructor',
  ];

  test('stay shared strings in text format, with no formula anywhere', async () => {
    const written = column(PAYLOADS);
    const bytes = await writeResultsWorkbook({ ...written, header: ['=1+1'] });
    const xml = await partOf(bytes, 'xl/worksheets/sheet1.xml');
    expect(xml).not.toMatch(/<f[\s>]|<hyperlink|t="str"|t="e"/);
    expect(xml.match(/<c r="A\d+"[^>]*>/g)).toHaveLength(PAYLOADS.length + 1);
    for (const cell of xml.match(/<c r="A\d+"[^>]*>/g) ?? []) expect(cell).toMatch(/ s="\d+" t="s">$/);
    const sheet = await sheetOf(bytes);
    expect(sheet.getColumn(1).values.slice(1)).toEqual(['=1+1', ...PAYLOADS]);
    for (let row = 1; row <= PAYLOADS.length + 1; row++) expect(sheet.getCell(row, 1).numFmt).toBe('@');
    expect(
      (await partsOf(bytes)).map(({ name }) => name).filter((name) => /external|drawing|rels\/sheet/i.test(name)),
    ).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['an escape of Excel', '_x0041_ _x005F_x0041_ _x00e9_', '_x0041_ _x005F_x0041_ _x00e9_'],
    ['line ends', 'a\r\nb\rc\nd', 'a\nb\nc\nd'],
    ['outer spaces', '  a \t', '  a \t'],
    ['what XML forbids', 'a\u0000\u0008\u000b\u001b\u007f\ufffe\uffffb', 'ab'],
    ['lone surrogates', 'a\ud800b\udc00c🔑', 'abc🔑'],
    ['writing directions, kept as they are', 'a\u202Eb\u200B', 'a\u202Eb\u200B'],
    ['a text that is too long', 'x'.repeat(40_000), 'x'.repeat(32_767)],
    ['a surrogate pair at the longest', `${'x'.repeat(32_766)}🔑`, 'x'.repeat(32_766)],
  ])('%s', async (_, given, read) => {
    expect((await sheetOf(await writeResultsWorkbook(column([given])))).getCell('A2').value).toBe(read);
  });

  test('escape literal escapes in either case of their digits, as Excel reads both', async () => {
    const bytes = await writeResultsWorkbook(column(['_x00e9_x0041_']));
    expect(await partOf(bytes, 'xl/sharedStrings.xml')).toContain('<t>_x005F_x00e9_x005F_x0041_</t>');
  });

  test('of any kind come back as they went in', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^[_x0-9A-F=<>&"' \r\n]*$/),
      fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 40 }), async (texts) => {
        const bytes = await writeResultsWorkbook(column(texts));
        const read = (await sheetOf(bytes)).getColumn(1).values.slice(2);
        const wanted = texts.map((each) => legalText(each) || undefined);
        expect([...read, ...wanted.slice(read.length)].map((each) => each ?? undefined)).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a table of many rows', () => {
  test('has each text in its cell, and counts its texts and their cells', async () => {
    const texts = Array.from({ length: 21_000 }, (_, index) => `person ${index} & <co>`);
    const bytes = await writeResultsWorkbook(column([...texts, ...texts]));
    const list = await partOf(bytes, 'xl/sharedStrings.xml');
    const shared = [...list.matchAll(/<si><t>(.*?)<\/t><\/si>/g)].map(([, text]) =>
      text?.replace('&amp; &lt;co&gt;', '& <co>'),
    );
    const sheet = await partOf(bytes, 'xl/worksheets/sheet1.xml');
    const cells = [...sheet.matchAll(/<c r="([AB]\d+)"[^>]* t="s"><v>(\d+)<\/v><\/c>/g)];
    expect(cells.map(([, cell, number]) => [cell, shared[Number(number)]])).toEqual([
      ['A1', 'What'],
      ['B1', 'status'],
      ...[...texts, ...texts].flatMap((text, index) => [
        [`A${index + 2}`, text],
        [`B${index + 2}`, 'created'],
      ]),
    ]);
    expect(list).toContain(` count="${cells.length}" uniqueCount="${shared.length}">`);
    expect(shared.length).toBeLessThan(texts.length * 1.1);
  });
});

describe('the sheet’s name', () => {
  test.each([
    ['Участники 🔑', 'Участники 🔑'],
    ['', 'keys'],
    ["'quoted'", 'quoted'],
    ["''", 'keys'],
    ['a[1]:b*c?d/e\\f', 'a 1  b c d e f'],
    ['x'.repeat(40), 'x'.repeat(31)],
    [`${'x'.repeat(30)}🔑`, 'x'.repeat(30)],
    [`${'x'.repeat(30)}'y`, 'x'.repeat(30)],
    ['History', 'History_'],
    ['a\u0000\ud800b', 'ab'],
    ['  padded\n', 'padded'],
  ])('%j becomes %j', async (given, wanted) => {
    expect(sheetTitle(given)).toBe(wanted);
    expect((await sheetOf(await writeResultsWorkbook(table({ sheetName: given })))).name).toBe(wanted);
  });
});

describe('the same table', () => {
  test('gives the same bytes', async () => {
    const [first, second] = await Promise.all([writeResultsWorkbook(table()), writeResultsWorkbook(table())]);
    expect(Buffer.from(first).equals(second)).toBe(true);
    const other = await writeResultsWorkbook(table({ at: new Date('2026-03-04T05:06:08Z') }));
    expect(Buffer.from(first).equals(other)).toBe(false);
  });

  test('tells no time but the given one: neither in the zip’s entries nor in its texts', async () => {
    const bytes = await writeResultsWorkbook(table());
    const parts = await partsOf(bytes);
    expect(parts.length).toBeGreaterThan(5);
    for (const { date, time } of parts) expect([date, time]).toEqual([33, 0]);
    const core = await partOf(bytes, 'docProps/core.xml');
    expect(core.match(/2026-03-04T05:06:07Z/g)).toHaveLength(2);
    for (const { name, text } of parts) {
      const times = text.match(/\d{4}-\d\d-\d\dT[\d:]+/g) ?? [];
      expect([name, times.filter((time) => !/^(2026-03-04T05:06:07|2026-12-31T00:00:00)$/.test(time))]).toEqual([
        name,
        [],
      ]);
    }
    // The entries' own headers, which yauzl does not look at: signature, 6 bytes, time, date.
    const buffer = Buffer.from(bytes);
    let headers = 0;
    for (let at = buffer.indexOf('PK\u0003\u0004'); at >= 0; at = buffer.indexOf('PK\u0003\u0004', at + 1)) {
      expect([buffer.readUInt16LE(at + 10), buffer.readUInt16LE(at + 12)]).toEqual([0, 33]);
      headers++;
    }
    expect(headers).toBe(parts.length);
  });

  test('is sound for readers that are not ours', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'orkeys results '));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'keys.xlsx');
    writeFileSync(path, await writeResultsWorkbook(table({ header: ['<&>', '=1', '_x0041_'] })));
    const script = `
import sys, zipfile, xml.dom.minidom
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
names = [n for n in z.namelist() if not n.endswith('/')]
for n in names: xml.dom.minidom.parseString(z.read(n))
print(len(names), len(set(z.namelist())) == len(z.namelist()))`;
    let out: string;
    try {
      out = execFileSync('python3', ['-c', script, path], { encoding: 'utf8' });
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return context.skip('python3 is not here');
      throw error;
    }
    expect(out.trim()).toMatch(/^\d+ True$/);
  });
});
