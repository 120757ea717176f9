import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../src/errors.ts';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { readRosterFile } from '../../src/workbook/read-roster-file.ts';
import { handBuiltZip, type Part, rowXml, sheetXml, workbookParts } from './hand-built-zip.ts';

const NOW = new Date('2026-01-20T12:00:00Z');
const GOOD = rowXml('E-mail', 'Name', 'Surname') + rowXml('anna@example.org', 'Anna', 'Bērziņa');
const ANNA = ['anna@example.org | Anna | Bērziņa'];
const SHARED =
  '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>';
const STRINGS =
  '<sst><si><t>E-mail</t></si><si><t>Name</t></si><si><t>anna@example.org</t></si><si><r><t>An</t></r><r><t>na</t></r></si></sst>';
const ENTITIES = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>`;

/** what is odd about it → the file's parts → the people in it */
const READ: [string, Part[], string[]][] = [
  [
    'prefixed names of a .NET writer',
    workbookParts(
      sheetXml(GOOD)
        .replaceAll(/<(\/?)/g, '<$1x:')
        .replace('xmlns=', 'xmlns:x='),
    ),
    ANNA,
  ],
  ['a dimension that lies', workbookParts(sheetXml(GOOD, '<dimension ref="A1:XFD1048576"/>')), ANNA],
  [
    'a merge over the whole sheet',
    workbookParts(sheetXml(GOOD, '', '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
    ANNA,
  ],
  [
    'a drop-down over the whole sheet',
    workbookParts(
      sheetXml(GOOD, '', '<dataValidations><dataValidation type="list" sqref="A1:XFD1048576"/></dataValidations>'),
    ),
    ANNA,
  ],
  [
    'a hyperlink without its relationship',
    workbookParts(sheetXml(GOOD, '', '<hyperlinks><hyperlink ref="A2" r:id="rId9"/></hyperlinks>')),
    ANNA,
  ],
  [
    'parts in UTF-16',
    workbookParts(Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?>${sheetXml(GOOD)}`, 'utf16le')),
    ANNA,
  ],
  [
    'texts in CDATA',
    workbookParts(sheetXml(rowXml('E-mail', 'Name') + rowXml('<![CDATA[anna@example.org]]>', '<![CDATA[A<b]]>'))),
    ['anna@example.org | A<b | '],
  ],
  ['a document type without entities', workbookParts(`<!DOCTYPE worksheet>${sheetXml(GOOD)}`), ANNA],
  [
    'SharedStrings.xml in another letter case',
    workbookParts(sheetXml(SHARED), { 'xl/SharedStrings.xml': STRINGS }),
    ['anna@example.org | Anna | '],
  ],
  [
    'part names with backslashes',
    workbookParts(sheetXml(GOOD)).map((part) => ({ ...part, name: part.name.replaceAll('/', '\\') })),
    ANNA,
  ],
  [
    'merges without end',
    workbookParts(
      sheetXml(
        GOOD,
        '',
        `<mergeCells>${Array.from({ length: 20_000 }, (_, at) => `<mergeCell ref="A${at + 9}:A${at + 1_900}"/>`).join('')}</mergeCells>`,
      ),
    ),
    ANNA,
  ],
  ['formatted empty rows without end', workbookParts(sheetXml(GOOD + formattedRows(300_000))), ANNA],
  [
    'cached results 0, FALSE and "" of formulas',
    workbookParts(
      sheetXml(
        `${rowXml('E-mail', 'Name', 'Surname', 'Limit')}<row><c t="str"><f>A</f><v>a@example.org</v></c><c t="b"><f>FALSE()</f><v>0</v></c><c t="str"><f>""</f><v></v></c><c><f>1-1</f><v>0</v></c></row>`,
      ),
    ),
    ['a@example.org | FALSE | '],
  ],
];

/** what is wrong with it → the file's bytes → code of the error */
const REFUSED: [string, Buffer, string][] = [
  [
    'the same cells without end',
    handBuiltZip(workbookParts(sheetXml('<row><c><v>1</v></c><c><v>2</v></c></row>'.repeat(200_000)))),
    'too_big',
  ],
  ['a zip bomb', handBuiltZip(workbookParts(sheetXml(GOOD) + ' '.repeat(30_000_000))), 'too_big'],
  [
    'a zip bomb beside the sheet',
    handBuiltZip([...workbookParts(sheetXml(GOOD)), { name: 'xl/media/a.bin', data: Buffer.alloc(30_000_000) }]),
    'too_big',
  ],
  ['an entity bomb', handBuiltZip(workbookParts(ENTITIES + sheetXml(rowXml('E-mail', '&b;')))), 'corrupt'],
  [
    'an external entity',
    handBuiltZip(
      workbookParts(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${sheetXml(rowXml('E-mail', '&e;'))}`),
    ),
    'corrupt',
  ],
  [
    'a name that leads out of the archive',
    handBuiltZip([...workbookParts(sheetXml(GOOD)), { name: '../../evil.txt', data: 'x' }]),
    'corrupt',
  ],
  [
    'a name with a drive letter',
    handBuiltZip([...workbookParts(sheetXml(GOOD)), { name: 'C:\\evil.txt', data: 'x' }]),
    'corrupt',
  ],
  [
    'a wrong checksum',
    handBuiltZip(
      workbookParts(sheetXml(GOOD)).map((part) => (part.name.endsWith('sheet1.xml') ? { ...part, crc: 1 } : part)),
    ),
    'corrupt',
  ],
  ['a part twice', handBuiltZip([...workbookParts(sheetXml(GOOD)), ...workbookParts(sheetXml(GOOD))]), 'corrupt'],
  ['missing shared strings', handBuiltZip(workbookParts(sheetXml(SHARED))), 'corrupt'],
  ['XML that is cut', handBuiltZip(workbookParts(sheetXml(GOOD).slice(0, -20))), 'corrupt'],
  ['elements nested without end', handBuiltZip(workbookParts(sheetXml(`${GOOD}${'<a>'.repeat(100_000)}`))), 'corrupt'],
  ['an .ods inside', handBuiltZip([{ name: 'content.xml', data: '<x/>' }]), 'not_xlsx'],
  [
    'a .docx inside',
    handBuiltZip([
      { name: '[Content_Types].xml', data: '<x/>' },
      { name: 'word/document.xml', data: '<x/>' },
    ]),
    'not_xlsx',
  ],
  ['an .xlsb inside', handBuiltZip([{ name: 'xl/workbook.bin', data: 'x' }]), 'not_xlsx'],
  ['any other zip inside', handBuiltZip([{ name: 'a.txt', data: 'x' }]), 'not_xlsx'],
  ['plain text', Buffer.from('E-mail,Name\na@example.org,A\n'), 'not_xlsx'],
  ['a PDF', Buffer.from('%PDF-1.7\n'), 'not_xlsx'],
  [
    'an old .xls',
    Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.from('Workbook', 'utf16le')]),
    'not_xlsx',
  ],
  ['nothing', Buffer.alloc(0), 'not_xlsx'],
];

describe('odd workbooks that can be read', () => {
  test.each(READ)('%s', async (_, parts, people) => {
    const roster = await read(handBuiltZip(parts));
    expect(
      roster.participants.map(({ emails, name, surname }) => `${emails.join(', ')} | ${name} | ${surname}`),
    ).toEqual(people);
  });
});

describe('files that are refused with one sentence', () => {
  test.each(REFUSED)('%s', async (_, bytes, code) => {
    const error = await read(bytes).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CliError);
    expect(error).toMatchObject({
      code,
      exitCode: 2,
      hint: expect.any(String),
      message: expect.stringMatching(/^roster\.xlsx [^\n]*\.$/),
    });
  });

  test('a sheet called __proto__ with defined names pollutes nothing', async () => {
    const book =
      '<workbook xmlns:r="o"><definedNames><definedName name="polluted">__proto__!$A$1</definedName></definedNames><sheets><sheet name="__proto__" r:id="rId1"/></sheets></workbook>';
    const roster = await read(handBuiltZip(workbookParts(sheetXml(GOOD), { 'xl/workbook.xml': book })));
    expect(roster.sheet).toBe('__proto__');
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('no cut and no flipped bit of a workbook crashes the reader', async () => {
    const whole = readFileSync(join(import.meta.dirname, '../fixtures/rosters/010_google_forms_en.xlsx'));
    for (let step = 1; step < 80; step += 1) {
      const flipped = Buffer.from(whole);
      const at = (step * 7919) % whole.length;
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (step % 8));
      for (const bytes of [flipped, whole.subarray(0, at)]) {
        const result = await read(bytes).catch((caught: unknown) => caught);
        if (result instanceof Error) expect(result).toMatchObject({ name: 'CliError', exitCode: 2 });
        else expect(result).toMatchObject({ participants: { length: 8 } });
      }
    }
  });

  test('reading stops when a file without content takes too long', async () => {
    let time = 0;
    const clock = () => {
      time += 5_000;
      return new Date(time);
    };
    await expect(
      readRosterFile({ file: 'roster.xlsx', bytes: handBuiltZip(workbookParts(sheetXml(GOOD))) }, clock),
    ).rejects.toMatchObject({ code: 'too_big' });
  });
});

function formattedRows(count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `<row r="${index + 3}" s="1" customFormat="1"><c r="A${index + 3}" s="1"/></row>`,
  ).join('');
}

async function read(bytes: Uint8Array) {
  const book = await readRosterFile({ file: 'roster.xlsx', bytes }, () => NOW);
  return parseRoster(book, { now: NOW });
}
