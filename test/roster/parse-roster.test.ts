import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRoster, type RosterOptions } from '../../src/roster/parse-roster.ts';
import type { PlainCell } from '../../src/roster/participant.ts';
import type { Book, Sheet } from '../../src/roster/sheet.ts';

const NOW = new Date('2026-01-20T12:00:00Z');
const HEADER = ['E-mail', 'Name', 'Surname'];

function sheet(rows: PlainCell[][], name = 'S'): Sheet {
  const cells = (row: PlainCell[]) =>
    row.flatMap((value, column) =>
      value === null || value === '' ? [] : [{ column, value, link: undefined, mark: undefined }],
    );
  return {
    name,
    hidden: false,
    merges: [],
    rows: rows.map((row, index) => ({ number: index + 1, hidden: false, cells: cells(row) })),
  };
}

function book(...sheets: Sheet[]): Book {
  return { file: 'roster.xlsx', kind: 'xlsx', remarks: [], sheets };
}

function parse(rows: PlainCell[][], options: Partial<RosterOptions> = {}) {
  return parseRoster(book(sheet(rows)), { now: NOW, ...options });
}

function people(rows: PlainCell[][], options: Partial<RosterOptions> = {}) {
  return parse(rows, options).participants.map(
    ({ emails, name, surname }) => `${emails.join(', ')} | ${name} | ${surname}`,
  );
}

const codes = (rows: PlainCell[][], options: Partial<RosterOptions> = {}) =>
  parse(rows, options).problems.map(({ row, code }) => `${row} ${code}`);
const noticed = (rows: PlainCell[][]) => parse(rows).notices.map(({ code }) => code);

describe('any order of columns, any name', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => /^[\p{L}\p{M}' ]+$/u.test(text) && /^\p{L}.*\p{L}$/u.test(text));

  test('every permutation of the columns gives the same people', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(['E-mail', 'Name', 'Surname', 'Notes'], { minLength: 4, maxLength: 4 }),
        (order) => {
          const row: Record<string, string> = {
            'E-mail': 'anda@example.org',
            Name: 'Anda',
            Surname: 'Baklāne',
            Notes: 'likes tea',
          };
          expect(people([order, order.map((title) => row[title] ?? '')])).toEqual([
            'anda@example.org | Anda | Baklāne',
          ]);
        },
      ),
    );
  });

  test('a name in any script survives, but for composition and spaces', () => {
    fc.assert(
      fc.property(name, name, (given, family) => {
        const [person] = parse([HEADER, ['a@example.org', given, family]]).participants;
        const tidy = (text: string) => text.normalize('NFC').replace(/\s+/gu, ' ').trim();
        expect([person?.name, person?.surname]).toEqual([tidy(given), tidy(family)]);
      }),
    );
  });

  test('a row with content is never dropped in silence', () => {
    const cell = fc.oneof(
      fc.constant(''),
      fc.string({ maxLength: 12 }),
      fc.constantFrom('a@example.org', 'b@example.org, c@example.org', 'Kopā', '-', 'E-mail'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 }), (rows) => {
        const roster = parse([HEADER, ['z@example.org', 'Zane', 'Ozola'], ...rows]);
        const told = new Set([
          ...roster.participants.flatMap((one) => one.rows),
          ...[...roster.problems, ...roster.notices].map(({ row }) => row),
        ]);
        rows.forEach((row, index) => {
          if (row.some((text) => text.trim() !== '')) expect(told).toContain(index + 3);
        });
      }),
    );
  });
});

describe('who is the same person', () => {
  test.each([
    [
      'the same address in another case',
      [
        ['A@Example.org', 'Anna', 'Bērziņa'],
        ['a@example.org ', 'ANNA', 'Bērziņa'],
      ],
      ['A@example.org | Anna | Bērziņa'],
    ],
    [
      'a chain of addresses',
      [
        ['a@x.org, b@x.org', 'A', 'B'],
        ['b@x.org c@x.org', 'A', 'B'],
        ['c@x.org', 'A', 'B'],
      ],
      ['a@x.org, b@x.org, c@x.org | A | B'],
    ],
    [
      'a missing diacritic',
      [
        ['a@x.org', 'Anna', 'Bērziņa'],
        ['a@x.org', 'Anna', 'Berzina'],
      ],
      ['a@x.org | Anna | Bērziņa'],
    ],
    [
      'swapped name and surname',
      [
        ['a@x.org', 'Anna', 'Ozola'],
        ['a@x.org', 'Ozola', 'Anna'],
      ],
      ['a@x.org | Anna | Ozola'],
    ],
    [
      'an internationalised domain in its two forms',
      [
        ['a@müller.example', 'A', 'B'],
        ['a@xn--mller-kva.example', 'A', 'B'],
      ],
      ['a@müller.example | A | B'],
    ],
    [
      'the same name, other addresses: two people',
      [
        ['a@x.org', 'Anna', 'Ozola'],
        ['b@x.org', 'Anna', 'Ozola'],
      ],
      ['a@x.org | Anna | Ozola', 'b@x.org | Anna | Ozola'],
    ],
  ])('%s', (_, rows, expected) => {
    expect(people([HEADER, ...rows])).toEqual(expected);
  });

  const SHARED = [
    HEADER,
    ['office@x.org', 'Anna', 'Ozola'],
    ['office@x.org', 'Jānis', 'Kalns'],
    ['z@x.org', 'Zane', 'Liepa'],
  ];

  test('one address under two names is a problem that names both rows', () => {
    expect(people(SHARED)).toEqual(['z@x.org | Zane | Liepa']);
    expect(parse(SHARED).problems).toMatchObject([
      {
        row: 2,
        column: 'A',
        code: 'same_email_different_names',
        value: 'office@x.org',
        message: expect.stringContaining('Rows 2, 3'),
      },
      { row: 3 },
    ]);
  });

  test('with shared e-mails allowed they are two people, told apart by name', () => {
    expect(parse(SHARED, { sharedEmails: true }).participants).toMatchObject([
      { row: 2, shared: true },
      { row: 3, shared: true },
      { row: 4, name: 'Zane' },
    ]);
  });

  test('names of a couple that share an address are not taken for a typo', () => {
    expect(
      codes([HEADER, ['a@x.org', 'Ivo', 'Kalns'], ['a@x.org', 'Iva', 'Kalna'], ['z@x.org', 'Z', 'L']]),
    ).toHaveLength(2);
  });

  test('without addresses people are told apart by name', () => {
    const rows = [
      ['Vārds', 'Uzvārds'],
      ['Anna', 'Ozola'],
      ['Jānis', 'Kalns'],
      ['anna', 'OZOLA'],
    ];
    expect(parse(rows, { namesOnly: true }).participants.map((one) => one.rows)).toEqual([[2, 4], [3]]);
    expect(() => parse(rows)).toThrow(expect.objectContaining({ code: 'no_email_column' }));
  });

  test('rows of one person with two limits contradict each other', () => {
    const rows = [
      [...HEADER, 'Limit'],
      ['a@x.org', 'A', 'B', 1],
      ['a@x.org', 'A', 'B', 2],
      ['z@x.org', 'Z', 'L', ''],
    ];
    expect(codes(rows)).toEqual(['2 conflicting_limit', '3 conflicting_limit']);
  });

  test('ten thousand rows of one address and one name are one person, quickly', () => {
    const rows = Array.from({ length: 10_000 }, () => ['a@x.org', 'Anna', 'Ozola']);
    expect(parse([HEADER, ...rows]).participants).toHaveLength(1);
  });
});

describe('finding the table', () => {
  test.each([
    ['title rows above', [['List of 2026'], ['contact: x@example.org'], [], HEADER, ['a@x.org', 'A', 'B']], 4],
    [
      'no header',
      [
        ['a@x.org', 'Anna', 'Ozola'],
        ['b@x.org', 'Jānis', 'Kalns'],
      ],
      null,
    ],
    [
      'unknown headings',
      [
        ['Who', 'Reach me'],
        ['Anna Ozola', 'a@x.org'],
      ],
      1,
    ],
    [
      'a preamble with its own e-mail column',
      [
        ['Topic', 'User Email'],
        ['LLM', 'host@x.org'],
        [],
        ['Name (Original Name)', 'User Email'],
        ['Anna Ozola', 'a@x.org'],
      ],
      4,
    ],
  ])('%s', (_, rows, header) => {
    expect(parse(rows).header_row).toBe(header);
  });

  test('two sheets with a roster ask which one', () => {
    const two = book(sheet([HEADER, ['a@x.org', 'A', 'B']], 'One'), sheet([HEADER, ['b@x.org', 'C', 'D']], 'Two'));
    expect(() => parseRoster(two, { now: NOW })).toThrow(
      expect.objectContaining({ code: 'ambiguous_sheet', exitCode: 2 }),
    );
    expect(parseRoster(two, { now: NOW, sheet: 'two' }).participants[0]?.name).toBe('C');
    expect(parseRoster(two, { now: NOW, sheet: '1' }).sheet).toBe('One');
  });

  test('a hidden sheet is skipped with a notice', () => {
    const old = { ...sheet([HEADER, ['old@x.org', 'O', 'O']], 'Old'), hidden: true };
    const roster = parseRoster(book(old, sheet([HEADER, ['a@x.org', 'A', 'B']], 'New')), { now: NOW });
    expect(roster.sheet).toBe('New');
    expect(roster.notices).toMatchObject([{ code: 'hidden_sheet' }]);
  });

  test('columns can be mapped by hand, by heading or letter', () => {
    const rows = [
      ['Contact', 'Buyer E-mail', 'Name'],
      ['a@x.org', 'b@x.org', 'Anna'],
    ];
    expect(people(rows, { columnMap: { email: ['Buyer E-mail'] } })).toEqual(['b@x.org | Anna | ']);
    expect(people(rows, { columnMap: { email: ['A'] } })).toEqual(['a@x.org | Anna | ']);
    expect(() => parse(rows, { columnMap: { email: ['Nowhere'] } })).toThrow(
      expect.objectContaining({ code: 'unknown_column' }),
    );
  });

  test('repeated headers, totals, headings and notes are skipped with a notice', () => {
    const rows = [HEADER, ['Group A'], ['a@x.org', 'A', 'B'], HEADER, ['Kopā', 2], [], ['Questions: help@x.org']];
    expect(people(rows)).toEqual(['a@x.org | A | B']);
    expect(noticed(rows)).toEqual(['skipped_heading', 'skipped_header', 'skipped_total', 'skipped_note']);
  });

  test("columns of an earlier run are left out of the table, and its limits do not become the roster's", () => {
    const rows = [
      [...HEADER, 'Notes', 'api_key', 'key_name', 'limit_usd', 'expires_at', 'status'],
      ['a@x.org', 'A', 'B', 'x', 'sk-or-v1-test-1234567890', 'n', 5, '2020-01-01', 'created'],
    ];
    const roster = parse(rows);
    expect(roster.columns).toEqual({ email: ['A'], name: ['B'], surname: ['C'], api_key: ['E'] });
    expect(roster.participants[0]).not.toHaveProperty('limit');
    expect(roster.table).toEqual({
      header: ['E-mail', 'Name', 'Surname', 'Notes'],
      rows: [{ row: 2, cells: ['a@x.org', 'A', 'B', 'x'] }],
    });
    expect(JSON.stringify(roster)).not.toContain('1234567890');
  });
});

test('messages carry no control characters of the roster', () => {
  const roster = parse([HEADER, ['a\u202e@b\u0007', 'A', 'B'], ['z@x.org', 'Z', 'L']]);
  expect(JSON.stringify(roster.problems)).not.toMatch(/\p{Cf}|\p{Cc}/u);
  expect(roster.problems[0]?.value).toBe('a\\u202e@b\\u0007');
});
