import { expect, test } from 'vitest';
import { decodeJournal, encodeEntry } from '../../src/journal/codec.ts';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { emptyState, foldJournal } from '../../src/journal/fold.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { adoptRescued, rescuedLines } from '../../src/journal/rescue.ts';

const at = '2026-03-02T09:00:00.000Z';
const OLD = 'aaaaaaaa';
const NEW = 'bbbbbbbb';
const participant = { row: 2, rows: [2], name: 'Anda', surname: 'Liepa', emails: ['anda@example.org'] };
const wanted = (tag: string) => ({
  name: `W_Anda_${tag}`,
  limit: 1,
  limit_reset: null,
  expires_at: null,
  include_byok_in_limit: false,
});
const header: JournalEntry = { type: 'journal', version: 1, at, prefix: 'W', base_url: 'sandbox', account: 'user_1' };
const first: JournalEntry = { type: 'intent', at, tag: OLD, person: OLD, participant, wanted: wanted(OLD) };
const rotation: JournalEntry = {
  type: 'intent',
  at,
  tag: NEW,
  person: OLD,
  participant,
  wanted: wanted(NEW),
  replaces: 'hash-of-the-old-key',
  retire: 'disable',
};
const created: JournalEntry = { type: 'created', at, tag: NEW, key: 'sk-or-v1-test-new', facts: { hash: 'new' } };

function rescued(): JournalEntry[] {
  const text = rescuedLines(foldJournal([header, first, rotation]), NEW, encodeEntry(created));
  const { entries, damaged } = decodeJournal(new TextEncoder().encode(text));
  expect(damaged).toEqual([]);
  return entries;
}

function journalOf(...entries: JournalEntry[]) {
  const lines: string[] = [];
  const sink = { append: async (line: string) => void lines.push(line) };
  const state = entries.length === 0 ? emptyState() : foldJournal(entries);
  return { lines, journal: createJournal({ state, sink, now: () => new Date(at) }) };
}

test('a secret is rescued with all that its intent says, the key that it replaces among it', () => {
  expect(rescued()).toEqual([header, rotation, created]);
});

test('a journal that lost the intent gets all of it back, and the person keeps one history', async () => {
  const { journal } = journalOf(header, first);
  await adoptRescued(journal, rescued());
  expect(journal.state.people.get(OLD)).toEqual([OLD, NEW]);
  expect(journal.state.attempts.get(NEW)).toMatchObject({
    status: 'held',
    intent: { replaces: 'hash-of-the-old-key', retire: 'disable' },
  });
});

test('what the journal has already is not added again', async () => {
  const pending = journalOf(header, first, rotation);
  await adoptRescued(pending.journal, rescued());
  expect(pending.lines.map((line) => JSON.parse(line).type)).toEqual(['created']);
  const held = journalOf(header, first, rotation, created);
  await adoptRescued(held.journal, rescued());
  expect(held.lines).toEqual([]);
});
