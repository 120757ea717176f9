import { expect, test } from 'vitest';
import { decodeJournal, encodeEntry } from '../../src/journal/codec.ts';
import { JOURNAL_VERSION, type JournalEntry } from '../../src/journal/entry.ts';

const at = '2026-03-02T09:00:00.000Z';
const header: JournalEntry = { type: 'journal', version: 1, at, prefix: 'Wā', base_url: 'sandbox', account: 'org' };
const unknown: JournalEntry = { type: 'unresolved', at, tag: 'abcdefgh', reason: 'lost\n"here"' };
const wanted = { name: 'W_Anda_bcdefghi', limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false };
const intent = { type: 'intent', at, tag: 'bcdefghi', person: 'bcdefghi', participant: null, wanted } as const;
const LINES = [header, unknown, intent].map((entry) => `${encodeEntry(entry)}\n`);
const bytes = (text: string) => Buffer.from(text);

test('what was written is read again', () => {
  const text = decodeJournal(bytes(LINES.join('')));
  expect(text.entries).toEqual([header, unknown, intent]);
  expect(text).toMatchObject({ damaged: [], completeBytes: bytes(LINES.join('')).length, newerVersion: undefined });
});

test('wherever the last line is torn, the lines before it stay and none is called damaged', () => {
  const all = bytes(LINES.join(''));
  const whole = bytes(LINES.slice(0, 2).join('')).length;
  for (let end = whole; end < all.length; end += 1) {
    expect(decodeJournal(all.subarray(0, end))).toMatchObject({
      entries: [header, unknown],
      damaged: [],
      completeBytes: whole,
    });
  }
});

test('no flip of a bit goes unseen', () => {
  const all = bytes(LINES.join(''));
  for (let bit = 0; bit < all.length * 8; bit += 1) {
    const flipped = Buffer.from(all);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const { damaged, entries, completeBytes } = decodeJournal(flipped);
    // Only a flip of the last line break looks like a torn line.
    if (completeBytes === all.length) expect(damaged.length, `bit ${bit}`).toBeGreaterThan(0);
    expect(entries.length).toBeLessThan(3);
  }
});

test('line ends of Windows and a byte order mark are read as if they were not there', () => {
  expect(decodeJournal(bytes(`\uFEFF${LINES.join('').replaceAll('\n', '\r\n')}`))).toMatchObject({
    entries: [header, unknown, intent],
    damaged: [],
  });
});

test('a damaged line tells its tag, also where only the name still has it', () => {
  const broken = LINES.map((line) => line.replace('"tag":"bcdefghi"', '"tag":"xx"').replace('lost', 'last')).join('');
  expect(decodeJournal(bytes(broken)).damaged.map(({ line, tags }) => [line, tags])).toEqual([
    [2, ['abcdefgh']],
    [3, ['bcdefghi']],
  ]);
});

test('a newer format and a file that is no journal are told', () => {
  expect(decodeJournal(bytes(`${encodeEntry({ ...header, version: JOURNAL_VERSION + 1 })}\n`)).newerVersion).toBe(
    JOURNAL_VERSION + 1,
  );
  expect(decodeJournal(bytes(LINES.slice(1).join(''))).damaged[0]).toMatchObject({ line: 1 });
});

test('outcomes are written in the words that older versions read, and come back in ours', () => {
  const entries: JournalEntry[] = [
    { type: 'journal', version: 1, at, prefix: 'W', base_url: 'sandbox' },
    { type: 'unresolved', at, tag: 'abcdefgh', reason: 'lost' },
    { type: 'changed', at, hash: 'h1', action: 'update', reason: 'update', result: 'refused' },
    { type: 'changed', at, hash: 'h2', action: 'delete', reason: 'revoke', result: 'unresolved' },
  ];
  const text = entries.map((entry) => `${encodeEntry(entry)}\n`).join('');
  expect(text).toContain('{"type":"unknown"');
  expect(text).toContain('"result":"failed"');
  expect(text).toContain('"result":"unknown"');
  expect(decodeJournal(Buffer.from(text)).entries).toEqual(entries);
});
