import { describe, expect, test } from 'vitest';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { readRosterFile } from '../../src/workbook/read-roster-file.ts';

const NOW = new Date('2026-01-20T12:00:00Z');

/** code page → short lists of people, as a spreadsheet program would save them there */
const CODE_PAGES: [string, string[]][] = [
  ['windows-1257', ['Kārlis Kalns', 'Anna Ozola', 'Ilze Liepa']],
  ['windows-1257', ['Artis Kuršis', 'Līga Ozola']],
  ['windows-1257', ['Rūta Žukauskienė', 'Jonas Kazlauskas', 'Eglė Petrauskaitė']],
  ['windows-1257', ['Jüri Mägi', 'Maša Žukov', 'Kätlin Põder']],
  ['windows-1250', ['Łukasz Wójcik', 'Małgorzata Dąbrowska', 'Jan Kowalski']],
  ['windows-1250', ['Michał Nowak', 'Ewa Wiśniewska']],
  ['windows-1250', ['Jiří Dvořák', 'Tomáš Černý', 'Jan Novák']],
  ['windows-1250', ['László Kovács', 'Győző Tóth']],
  ['windows-1252', ['Hans Müller', 'Jörg Weiß']],
  ['windows-1252', ['René Lefèvre', 'Anaïs Petit']],
  ['windows-1252', ['José Muñoz', 'María García']],
  ['windows-1252', ['Åsa Öberg', 'Björn Sjöström']],
  ['windows-1252', ['Søren Jensen', 'Mette Sørensen']],
  ['windows-1252', ['João Gonçalves', 'Conceição Simões']],
  ['windows-1251', ['Сергей Щукин', 'Anna Berzina']],
  ['windows-1251', ['Ганна Їжакевич', 'Сергій Ґонта']],
];

describe('letters of code pages on short lists', () => {
  test.each(CODE_PAGES)('%s: %s', async (encoding, names) => {
    const lines = ['E-mail;Name', ...names.map((name, index) => `a${index}@example.org;${name}`)];
    const { participants, notices } = await read(encoded(encoding, lines.join('\r\n')));
    expect(participants.map(({ name, surname }) => `${name} ${surname}`)).toEqual(names);
    expect(notices.map(({ code }) => code)).toEqual(['encoding_guessed']);
  });
});

describe('text files of all kinds', () => {
  const ANDA = ['anda@example.org | Anda | Baklāne'];
  test.each([
    [
      'a meeting report with tabs, and commas in its dates',
      '1. Summary\nStart time\t5/5/26, 9:55:01 AM\n\n2. Participants\nName\tJoin\tLeave\tEmail\nAnda Baklāne\t5/5/26, 9:55:01 AM\t5/5/26, 9:55:01 AM\tanda@example.org\n',
      ANDA,
    ],
    ['texts kept texts for Excel', 'E-mail,Name,Surname\n="anda@example.org",="Anda",="Baklāne"\n', ANDA],
    ['spaces before the quotes', '"E-mail", "Name", "Surname"\n"anda@example.org", "Anda", "Baklāne"\n', ANDA],
    [
      'one line from the "To" of a mail program',
      'Anda Baklāne <anda@example.org>; Zane <zane@example.org>',
      [...ANDA, 'zane@example.org | Zane | '],
    ],
    [
      'a comma header over semicolon rows',
      'E-mail,Name,Surname\nanda@example.org;Anda;Baklāne\nzane@example.org;Zane;Ozola\n',
      [...ANDA, 'zane@example.org | Zane | Ozola'],
    ],
    ['lines that are each quoted whole', '"E-mail,Name,Surname"\n"anda@example.org,""Anda"",Baklāne"\n', ANDA],
    [
      'comment lines above',
      '# exported by LUIS\n# LLM, 2026\nE-mail,Name,Surname\nanda@example.org,Anda,Baklāne\n',
      ANDA,
    ],
  ])('%s', async (_, text, people) => {
    const { participants } = await read(Buffer.from(text));
    expect(participants.map(({ emails, name, surname }) => `${emails.join()} | ${name} | ${surname}`)).toEqual(people);
  });

  test('columns of addresses that are left aside are told', async () => {
    const { notices } = await read(
      Buffer.from('Anda,anda@example.org,x@example.org\nZane,zane@example.org,y@example.org'),
    );
    expect(notices).toMatchObject([
      { code: 'no_header' },
      { code: 'other_email_column', column: 'C' },
      { code: 'other_address', row: 1 },
      { code: 'other_address', row: 2 },
    ]);
  });

  test.each([
    ['a line without end', 'a,'.repeat(600_000)],
    ['a quotation mark that is never closed', `E-mail,Name\n"${'a,b\n'.repeat(300_000)}`],
    ['a row of too many fields', `E-mail,Name\n${'a,'.repeat(20_000)}`],
  ])('%s is refused', async (_, text) => {
    await expect(read(Buffer.from(text))).rejects.toMatchObject({ code: 'too_big', exitCode: 2 });
  });
});

/** Node writes no code pages, but reads them: each byte's letter, turned around. */
function encoded(encoding: string, text: string): Uint8Array {
  const letters = new TextDecoder(encoding).decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  return Uint8Array.from(text, (letter) => letters.indexOf(letter));
}

async function read(bytes: Uint8Array) {
  return parseRoster(await readRosterFile({ file: 'roster.csv', bytes }, () => NOW), { now: NOW });
}
