import { expect, test } from 'vitest';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { foldJournal, heldKeys } from '../../src/journal/fold.ts';
import { purgedEntries } from '../../src/journal/purge.ts';
import { Redactor, Secret } from '../../src/secret.ts';

const at = '2026-03-02T09:00:00.000Z';
const secret = 'sk-or-v1-test-0123456789abcdef';
const ROSTER: JournalEntry = {
  type: 'roster',
  at,
  file: 'keys.xlsx',
  sheet: 'S',
  participants: [],
  table: { header: ['Name', 'api_key'], rows: [{ row: 2, cells: ['Anda', secret] }] },
};
const ENTRIES: JournalEntry[] = [
  { type: 'journal', at, version: 1, prefix: 'WS', base_url: 'sandbox' },
  ROSTER,
  { type: 'created', at, tag: 'aaaaaaaa', key: secret, facts: { hash: 'h1', name: 'WS_Anda_aaaaaaaa', limit: 1 } },
];

function purged(people: boolean, gone: readonly string[] = []): JournalEntry[] {
  const redactor = new Redactor();
  redactor.learn(new Secret(secret));
  const wishes = { at, people, gone: new Set(gone), redact: (text: string) => redactor.redact(text) };
  return purgedEntries(ENTRIES, foldJournal(ENTRIES), wishes);
}

test('a roster that brought a column of keys loses them too; all else stays', () => {
  const entries = purged(false, ['h1']);
  expect(JSON.stringify(entries)).not.toContain(secret);
  expect(entries[1]).toEqual({
    ...ROSTER,
    table: { header: ['Name', 'api_key'], rows: [{ row: 2, cells: ['Anda', 'sk-or-v1-tes...cdef'] }] },
  });
  const [held] = heldKeys(foldJournal(entries));
  expect(held).toMatchObject({
    life: 'gone',
    secret: undefined,
    facts: { hash: 'h1', limit: 1, label: 'sk-or-v1-tes...cdef' },
  });
});

test('without people, a key is named by its tag', () => {
  expect(JSON.stringify(purged(true))).not.toMatch(/Anda/);
  expect(purged(true).at(-1)).toMatchObject({ type: 'created', facts: { name: 'WS_aaaaaaaa', hash: 'h1' } });
});
