import { parse } from 'csv-parse/sync';
import ExcelJS from 'exceljs';
import { expect, test } from 'vitest';
import { CLIENTS } from '../../src/handout/clients.ts';
import { envFile } from '../../src/handout/env-file.ts';
import { folderLabels } from '../../src/handout/folder-label.ts';
import { keyPage } from '../../src/handout/key-page.ts';
import { masterList } from '../../src/handout/master-list.ts';
import { hubKeys, mergeCsv, mergeTable } from '../../src/handout/merge-table.ts';
import { inOrder, type Recipient, recipientsOf } from '../../src/handout/recipients.ts';
import { slipSheet } from '../../src/handout/slip-sheet.ts';
import { START_TEMPLATE, startGuide } from '../../src/handout/start-guide.ts';
import { writeResultsWorkbook } from '../../src/workbook/write-results.ts';
import { type Handed, handedPeople } from '../support/handed-people.ts';

const NOW = new Date('2026-03-03T00:00:00Z');
const SECRET = /sk-or-v1-[0-9a-f]{64}/g;
const SLIPS = { page: 'A4', perPage: 8, qr: 'none', note: undefined, offUntil: undefined } as const;
const GUIDE = { prefix: 'W', clients: CLIENTS, model: 'openrouter/auto' };

/** The people with random names; once for all tests, since nothing changes them. */
const { state, expected, without } = handedPeople(500, 20260302);
const { recipients, leftOut } = recipientsOf(state, NOW);

test('everybody gets their own present key, after rotations and in a roster whose rows moved; who has none is left out', () => {
  expect(recipients.map(ownKey)).toEqual(expected.map(({ participant, secret }) => [participant, secret]));
  expect(leftOut.map(({ participant, why }) => [participant, why])).toEqual(without.map((who) => [who, 'revoked']));
  expect(without.length).toBeGreaterThan(10);
});

test.each(['roster', 'name', 'group'] as const)(
  'on slips ordered by %s, each key stands on its own person’s slip',
  (order) => {
    const slips = slipSheet('W', inOrder(recipients, order), SLIPS).split('<article').slice(1);
    expect(slips).toHaveLength(expected.length);
    const bySecret = secretsOf(expected);
    for (const slip of slips) {
      const key = textOf(/<p class="key">(.*?)<\/p>/s.exec(slip)?.[1]);
      const name = textOf(/<bdi>(.*?)<\/bdi>/s.exec(slip)?.[1]);
      const who = textOf(/<p class="who [^"]*">(.*?)<\/p>/s.exec(slip)?.[1]);
      const { participant } = bySecret.get(key) as Handed;
      expect(name).toBe(`${participant.name} ${participant.surname}`);
      expect(who.startsWith(participant.emails[0] as string)).toBe(true);
      expect(slip).toContain(`…${key.slice(-4)}<`);
      bySecret.delete(key);
    }
    expect(bySecret.size).toBe(0);
  },
);

test('in the folder of each person are their own key and name, and nobody else’s', () => {
  const labels = folderLabels(recipients);
  expect(new Set([...labels.values()].map((label) => label.toLowerCase())).size).toBe(recipients.length);
  for (const [index, recipient] of recipients.entries()) {
    const { participant, secret } = expected[index] as Handed;
    const label = labels.get(recipient) as string;
    expect(label).toMatch(/^\d{3}(?:-[a-z0-9]+)*$/);
    expect(Number(label.slice(0, 3))).toBe(participant.row);
    const page = keyPage(recipient, GUIDE, 'folder');
    expect(envFile(recipient).match(SECRET)).toEqual([secret]);
    expect(textOf(/<p class="key">(.*?)<\/p>/s.exec(page)?.[1])).toBe(secret);
    expect(textOf(/<bdi>(.*?)<\/bdi>/s.exec(page)?.[1])).toBe(`${participant.name} ${participant.surname}`);
    expect(startGuide(START_TEMPLATE, recipient, GUIDE)).not.toMatch(SECRET);
  }
});

test('in the tables, each key stands in the row of its own person, and names stay what they are', async () => {
  const table = mergeTable(recipients, 'UTC');
  const bytes = await writeResultsWorkbook({
    sheetName: 'W',
    header: [],
    rows: table.rows.map(() => ({ cells: [] })),
    resultHeader: table.header,
    resultRows: table.rows,
    at: NOW,
  });
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes.buffer as ArrayBuffer);
  const sheet = book.worksheets[0] as ExcelJS.Worksheet;
  const csv: Record<string, string>[] = parse(mergeCsv(table), { columns: true, bom: true });
  for (const [index, { participant, secret }] of expected.entries()) {
    const cells = sheet.getRow(index + 2);
    expect([cells.getCell(2).value, cells.getCell(3).value]).toEqual([participant.name, participant.surname]);
    expect(cells.getCell(2).type).toBe(ExcelJS.ValueType.String);
    expect([cells.getCell(4).value, cells.getCell(8).value]).toEqual([participant.emails[0], secret]);
    const row = csv[index] as Record<string, string>;
    expect([row.email, row.api_key]).toEqual([participant.emails[0], secret]);
    expect((row.name as string).replace(/^'/, '')).toBe(participant.name);
    for (const field of Object.values(row)) expect(field).not.toMatch(/^[=+\-@%]/);
  }
});

test('the JSON for a hub has each address with the key of its own person', () => {
  const keys: Record<string, string> = JSON.parse(hubKeys(recipients));
  for (const { participant, secret } of expected) {
    for (const email of participant.emails) expect(keys[email]).toBe(secret);
  }
});

test('the list to tick off has everybody and no secret', () => {
  const list = masterList('W', recipients, { page: 'A4', timeZone: 'UTC' });
  expect(/sk-or-v1-/.exec(list)).toBeNull();
  expect(list.match(/class="box"/g)).toHaveLength(expected.length);
  for (const { secret } of expected) expect(list.includes(secret.slice(9, 40))).toBe(false);
});

test('no name becomes an element, an attribute or a script of a page', () => {
  for (const page of [
    slipSheet('W', recipients, SLIPS),
    masterList('W', recipients, { page: 'A4' }),
    ...recipients.slice(0, 60).map((each) => keyPage(each, GUIDE, 'folder')),
  ]) {
    const tags = new Set([...page.matchAll(/<\/?([a-zA-Z!][^\s>/]*)/g)].map(([, tag]) => tag));
    for (const tag of ['img', 'b>', 'iframe', 'a', 'object']) expect(tags).not.toContain(tag);
    expect(page.match(/<script>/g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(page.includes('default-src &#39;none&#39;')).toBe(true);
    expect(/unsafe-inline|<[^>]*\s(?:src|href|on\w+)=/.exec(page)).toBeNull();
  }
});

test('a value in START.md is never read as Markdown, HTML or another placeholder', () => {
  const odd = recipients.find(({ participant }) => participant?.name === '{{name}}') as Recipient;
  expect(startGuide('{{ name }}|{{email}}', odd, GUIDE)).toMatch(/^\\\{\\\{name\\\}\\\}/);
  for (const recipient of recipients) {
    const text = startGuide('{{name}}', recipient, GUIDE);
    expect(text).not.toMatch(/(?<!\\)[<>[\]`*_#]/);
  }
});

function ownKey({ participant, secret }: Recipient) {
  return [participant, secret.reveal()];
}

function secretsOf(handed: readonly Handed[]): Map<string, Handed> {
  return new Map(handed.map((each) => [each.secret, each]));
}

/** What a browser shows of some HTML without blank space of its own. */
function textOf(html = ''): string {
  const references: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`' };
  return html.replaceAll(/<[^>]*>/g, '').replaceAll(/&(#?\w+);/g, (found, name: string) => references[name] ?? found);
}
