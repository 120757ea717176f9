import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEmailCell } from '../../src/roster/email-cell.ts';
import { parseExpiry } from '../../src/roster/expires.ts';
import { splitFullName } from '../../src/roster/full-name.ts';
import { headerRole } from '../../src/roster/header-role.ts';
import { parseLimit } from '../../src/roster/limit.ts';
import { parseLinkedCell } from '../../src/roster/link-address.ts';

const NOW = new Date('2026-01-20T12:00:00Z');
const found = (text: string) => parseEmailCell(text).found.map(({ address }) => address);

describe('addresses of a cell', () => {
  test('any separator parts two addresses', () => {
    const separators = [
      ', ',
      ';',
      '; ',
      '\n',
      '\r\n',
      ' / ',
      '/',
      ' | ',
      '|',
      ' ',
      '\t',
      ' un ',
      ' and ',
      ' und ',
      ' y ',
      ' et ',
      ' или ',
      ' & ',
      '、',
      '，',
      ',, ;',
      '\u00a0',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...separators), { minLength: 1, maxLength: 4 }), (chosen) => {
        const addresses = [...chosen, ''].map((_, index) => `p${index}@example.org`);
        expect(found(addresses.map((address, index) => address + (chosen[index] ?? '')).join(''))).toEqual(addresses);
      }),
    );
  });

  test.each([
    ['Anna <a@x.org>', ['a@x.org']],
    ['"Kalniņš, Jānis" <j@x.org>; Zane O. <z@x.org>', ['j@x.org', 'z@x.org']],
    ['Kalniņš, Jānis <j@x.org>', ['j@x.org']],
    ['MAILTO:a@x.org?subject=Hi', ['a@x.org']],
    ['a@x.org (work), b@x.org (home)', ['a@x.org', 'b@x.org']],
    ["'a@x.org'", ['a@x.org']],
    ['work: a@x.org; home: b@x.org', ['a@x.org', 'b@x.org']],
    ['ａ＠ｘ．ｏｒｇ', ['a@x.org']],
    ['a\u200b@x\u00ad.org\ufeff', ['a@x.org']],
    ['A.B+c@X.Org', ['A.B+c@x.org']],
    ['info@пример.рф', ['info@пример.рф']],
    ['a@x.org, A@X.ORG', ['a@x.org']],
  ])('%j', (text, addresses) => {
    expect(parseEmailCell(text)).toMatchObject({ problems: [] });
    expect(found(text)).toEqual(addresses);
  });

  test.each([
    'anna.example.org',
    'a@@x.org',
    'a@',
    '@x.org',
    'a@x',
    'nina cakste@x.org',
    'a@x..org',
    '.a@x.org',
    'a(at)x.org',
    'a @ x.org',
    'a@x.org, b@',
    'tel. 2900, a@x.org',
    'a@-x.org',
    'a@x.1',
    `a@${'x'.repeat(70)}.org`,
    'b'.repeat(9_000),
  ])('%j is a problem', (text) => {
    expect(parseEmailCell(text).problems).not.toEqual([]);
  });

  test.each(['j\u0430nis@x.org', 'anna@ex\u0430mple.org', '\u0441\u043e\u0441\u043e@x.org'])(
    'look-alike letters are a problem: %j',
    (text) => {
      expect(parseEmailCell(text).problems).toMatchObject([{ code: 'lookalike_letters' }]);
    },
  );

  test('texts made to be slow are taken apart quickly', () => {
    for (const text of ['<', '"', '(', 'a <', '?', '.', '@', ' ', 'a@b.c ', ','])
      parseEmailCell(text.repeat(4_900 / text.length));
    expect(parseEmailCell('<'.repeat(100_000)).problems).toHaveLength(1);
  });

  test.each([
    ['a@x.org', 'mailto:a@x.org', ['a@x.org'], undefined],
    ['new@x.org', 'mailto:old@x.org', ['new@x.org'], 'link_differs'],
    ['write to me', 'mailto:a@x.org?subject=x', ['a@x.org'], 'link_used'],
    ['a@x.org', 'https://x.org/u@1', ['a@x.org'], undefined],
  ])('text %j with link %j', (text, link, addresses, remark) => {
    const cell = parseLinkedCell(text, link);
    expect(cell.found.map(({ address }) => address)).toEqual(addresses);
    expect(cell.remark?.code).toBe(remark);
  });
});

test.each([
  ['Anda Baklāne', false, 'Anda', 'Baklāne'],
  ['Baklāne, Anda', false, 'Anda', 'Baklāne'],
  ['Baklāne Anda', true, 'Anda', 'Baklāne'],
  ['Ludwig van der Berg', false, 'Ludwig', 'van der Berg'],
  ['van der Berg Ludwig', true, 'Ludwig', 'van der Berg'],
  ['BĒRZIŅA Anna Marija', false, 'Anna Marija', 'BĒRZIŅA'],
  ['Madonna', false, 'Madonna', ''],
  ['Smith, Jr., John', false, 'John', 'Smith Jr.'],
  ['', false, '', ''],
])('full name %j (surname first: %j)', (text, surnameFirst, name, surname) => {
  expect(splitFullName(text, surnameFirst)).toEqual({ name, surname });
});

test.each([
  ['2.50', 2.5],
  ['$2', 2],
  ['2 USD', 2],
  ['0', 0],
  ['none', null],
  ['Unlimited', null],
  ['0,5', 0.5],
  ['1e-2', 0.01],
])('limit %j is %j', (text, limit) => {
  expect(parseLimit(text)).toMatchObject({ limit });
});

test.each(['-1', 'abc', '5 EUR', '1,000', 'NaN', 'Infinity', '', '1e9', '2.5.1'])('limit %j is a problem', (text) => {
  expect(parseLimit(text)).toHaveProperty('problem');
});

test('a decimal comma is noted', () => {
  expect(parseLimit('0,5')).toEqual({ limit: 0.5, note: '0,5 was read as 0.5' });
});

test.each([
  ['2026-12-31', '2026-12-31T23:59:59Z'],
  ['31.12.2026', '2026-12-31T23:59:59Z'],
  ['2026-12-31T18:00:00Z', '2026-12-31T18:00:00Z'],
  ['2026-12-31T18:00+02:00', '2026-12-31T16:00:00Z'],
  ['7d', '2026-01-27T12:00:00Z'],
  ['12h', '2026-01-21T00:00:00Z'],
  ['2w', '2026-02-03T12:00:00Z'],
  ['2026-01-20', '2026-01-20T23:59:59Z'],
])('expiry %j is %j', (text, expires) => {
  expect(parseExpiry(text, NOW)).toEqual({ expires });
});

test.each(['2026-01-19', '2026-02-30', 'soon', '', '0d', '5m', '5x', '12/31/2026', '2026-12-31T25:00Z'])(
  'expiry %j is a problem',
  (text) => {
    expect(parseExpiry(text, NOW)).toHaveProperty('problem');
  },
);

const HEADERS: [role: string | undefined, headers: string][] = [
  [
    'email',
    'E-mail *|Your e-mail address?|e‑mail|E-pasts|Jūsu e-pasts|E-Mail-Adresse|Courriel|Correo electrónico|Эл. почта|Электронная почта|El. paštas|E-posti aadress|Adres e-mail|Ел. пошта|E-postadress|user_email|Sähköposti',
  ],
  ['name', 'First name|Vārds|Vorname|Prénom|Nombre|Имя|Vardas|Eesnimi|Imię|Ім’я|Förnamn|Given Name(s)'],
  [
    'surname',
    'Surname|Last name *|Uzvārds|Nachname|Apellidos|Фамилия|Pavardė|Perekonnanimi|Nazwisko|Прізвище|Efternamn',
  ],
  [
    'full_name',
    'Full name|Vārds, uzvārds|Name, Vorname|Nom et prénom|Nombre y apellidos|ФИО|Vardas, pavardė|Imię i nazwisko|ПІБ|För- och efternamn|Name (Original Name)',
  ],
  ['limit', 'Limit (USD)|Budžets'],
  ['expires', 'Expires|Expires (UTC)|Derīgs līdz|Gültig bis'],
  [undefined, 'Timestamp|Email opt-in|Company name|Username|Phone|Country/Region Name|Event name|Notes'],
];

test.each(
  HEADERS.flatMap(([role, list]) => list.split('|').map((header): [string, string | undefined] => [header, role])),
)('header %j means %j', (header, role) => {
  expect(headerRole(header)?.role).toBe(role);
});
