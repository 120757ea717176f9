import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CliError, type Issue } from '../../src/errors.ts';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import type { Participant } from '../../src/roster/participant.ts';
import { columnIndex } from '../../src/roster/sheet.ts';
import { bookOf } from './book-of.ts';

/** headings of e-mail, name, surname and status in one language, with a status that keeps a row and one that does not */
const LANGUAGES = [
  ['E-mail', 'First name', 'Surname', 'Status', 'Confirmed', 'Cancelled'],
  ['E-pasts', 'Vārds', 'Uzvārds', 'Statuss', 'Apstiprināts', 'Atteicies'],
  ['E-Mail', 'Vorname', 'Nachname', 'Anmeldestatus', 'Angemeldet', 'Storniert'],
  ['Почта', 'Имя', 'Фамилия', 'Статус', 'Подтверждён', 'Отменено'],
  ['E-posta', 'Ad', 'Soyad', 'Durum', 'Onaylandı', 'İptal'],
  ['メールアドレス', '名', '姓', 'ステータス', '参加', 'キャンセル'],
  ['E-mail', 'Jméno', 'Příjmení', 'Stav', 'Potvrzeno', 'Zrušeno'],
  ['E-mail', 'Keresztnév', 'Vezetéknév', 'Állapot', 'Igen', 'Lemondva'],
] as const;

const list = fc.record({
  language: fc.constantFrom(...LANGUAGES),
  order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
  headed: fc.boolean(),
  title: fc.boolean(),
  coming: fc.array(fc.boolean(), { minLength: 2, maxLength: 6 }),
});
const sheet = fc.record({ lists: fc.array(list, { minLength: 1, maxLength: 4 }), beside: fc.boolean() });
type Sheet = typeof sheet extends fc.Arbitrary<infer Value> ? Value : never;

function build({ lists, beside }: Sheet) {
  const coming: string[] = [];
  const out: string[] = [];
  const blocks = lists.map(({ language, order, headed, title, coming: answers }, at) => {
    const [email, name, surname, status, yes, no] = language;
    const hasHeader = headed || at === 0;
    const people = answers.map((comes, index) => {
      const address = `p${at}.${index}@example.org`;
      const leaves = !comes && hasHeader;
      (leaves ? out : coming).push(address);
      return [address, `Name${letter(at)}${letter(index)}`, `Kin${letter(index)}${letter(at)}`, leaves ? no : yes];
    });
    const rows = [...(hasHeader ? [[email, name, surname, status]] : []), ...people];
    const shuffled = rows.map((row) => order.map((column) => row[column] ?? ''));
    // Beside headings, a list without any begins below them.
    if (beside && !hasHeader) shuffled.unshift(['', '', '', '']);
    return [...(title && !beside ? [[`Group ${letter(at)}`]] : []), ...shuffled];
  });
  return { rows: beside ? sideBySide(blocks) : blocks.flatMap((block) => [...block, []]), coming, out };
}

function letter(index: number): string {
  return 'abcdefgh'[index] ?? 'x';
}

function sideBySide(blocks: readonly string[][][]): string[][] {
  const height = Math.max(...blocks.map((block) => block.length));
  return Array.from({ length: height }, (_, at) => blocks.flatMap((block) => [...(block[at] ?? ['', '', '', '']), '']));
}

/** Each list takes four columns and an empty one. */
function listOf(column: number): number {
  return Math.floor(column / 5);
}

function listAt(letters: string | undefined): number | undefined {
  const column = letters === undefined ? undefined : columnIndex(letters);
  return column === undefined ? undefined : listOf(column);
}

function understand(rows: string[][]): { participants: Participant[]; problems: Issue[]; notices: Issue[] } {
  try {
    return parseRoster(bookOf(rows), { now: new Date('2026-01-20T12:00:00Z') });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { participants: [], problems: [...error.issues], notices: [] };
  }
}

describe('no row with an address is dropped without being named', () => {
  test('each address of random lists is a participant, in a problem or in a notice, and nobody is there twice', () => {
    fc.assert(
      fc.property(sheet, (shape) => {
        const { rows } = build(shape);
        const { participants, problems, notices } = understand(rows);
        const emails = participants.flatMap((one) => one.emails);
        expect(new Set(emails).size).toBe(emails.length);
        rows.forEach((row, index) => {
          const issues = [...problems, ...notices].filter((issue) => issue.row === index + 1);
          row.forEach((cell, column) => {
            if (!cell.includes('@') || emails.includes(cell)) return;
            // Of lists side by side, an issue about one says nothing about the other in the same row.
            const about = issues.filter(
              (issue) => listAt(issue.column) === undefined || listAt(issue.column) === listOf(column),
            );
            expect(about, `${cell} of row ${index + 1}`).not.toEqual([]);
          });
        });
      }),
      { numRuns: 300 },
    );
  });

  test('whoever comes gets a key and whoever does not gets none, whatever the order of columns and lists', () => {
    fc.assert(
      fc.property(
        sheet.filter(({ lists }) => lists.every(({ headed }) => headed)),
        (shape) => {
          const { rows, coming } = build(shape);
          const emails = understand(rows).participants.flatMap((one) => one.emails);
          expect(emails.toSorted()).toEqual(coming.toSorted());
        },
      ),
      { numRuns: 200 },
    );
  });

  test('people of lists without headings who stand in the header row of another list are problems', () => {
    const { participants, problems } = understand([
      ['E-mail', 'Name', '', 'Bo Krag', 'bo@example.org', '', 'cy@example.org'],
      ['ada@example.org', 'Ada', '', '', '', '', ''],
    ]);
    expect(participants.flatMap(({ emails }) => emails)).toEqual(['ada@example.org']);
    expect(problems).toMatchObject([
      { row: 1, column: 'E', code: 'address_elsewhere', value: 'bo@example.org' },
      { row: 1, column: 'G', code: 'address_elsewhere', value: 'cy@example.org' },
    ]);
  });

  test('a list on another sheet that is not read is named with the number of its rows', () => {
    const headed = bookOf(
      [
        ['Email', 'Name'],
        ['ada@example.org', 'Ada'],
      ],
      'Group A',
    );
    const headless = bookOf(
      [
        ['bo@example.org', 'Bo'],
        ['cy@example.org', 'Cy'],
      ],
      'Group B',
    );
    const book = { ...headed, sheets: [...headed.sheets, ...headless.sheets] };
    const now = new Date('2026-01-20T12:00:00Z');
    expect(parseRoster(book, { now }).notices).toMatchObject([
      {
        code: 'unread_sheet',
        message: expect.stringContaining('"Group B" was not read, but 2 rows have an email address'),
      },
    ]);
    expect(parseRoster(book, { now, sheet: 'Group B' }).notices.map(({ code }) => code)).not.toContain('unread_sheet');
  });
});
