import { expect, test } from 'vitest';
import type { JournalEntry, KeyFacts } from '../../src/journal/entry.ts';
import { foldJournal } from '../../src/journal/fold.ts';
import { judgeOwnership, type Ownership } from '../../src/journal/ownership.ts';
import type { AccountKey } from '../../src/keys/account-key.ts';
import type { Participant } from '../../src/roster/participant.ts';
import { AT, created, held, intent, participant } from '../support/journal-entries.ts';

const ANDA = participant('Anda');
const NAME = 'W_Anda_aaaaaaaa';
const HASH = 'hash-aaaaaaaa';
const [FITS, CONTRADICTS] = ['sk-or-v1-tes...aaaa', 'sk-or-v1-tes...bbbb'];
/** two days before its intent */
const OLD = { created_at: '2026-02-28T09:00:00.000Z' };

test.each<[string, Partial<AccountKey>, Ownership]>([
  ['its name and label', { label: FITS }, 'ours'],
  ['its name, no label', {}, 'ours'],
  ['its name, another label', { label: CONTRADICTS }, 'foreign'],
  ['its name, no label, older than its intent', OLD, 'foreign'],
  ['its name and label, older than its intent by a wrong clock', { ...OLD, label: FITS }, 'ours'],
  ['its hash, another name', { name: 'Other' }, 'renamed'],
  ['its hash, another name, another label', { name: 'Other', label: CONTRADICTS }, 'foreign'],
  ['its hash, another name, older than its intent', { name: 'Other', ...OLD }, 'foreign'],
  ['another hash, another name', { name: 'Other', hash: 'other' }, 'foreign'],
])('a key whose secret is saved: %s', (_, key, judged) => {
  expect(judge(held('aaaaaaaa', ANDA), key)).toBe(judged);
});

test.each<[string, Partial<AccountKey>, Ownership]>([
  ['its name', {}, 'ours'],
  ['its name, older than its intent', OLD, 'foreign'],
  ['another name', { name: 'Other' }, 'foreign'],
])('a key that was asked for: %s', (_, key, judged) => {
  expect(judge([intent('aaaaaaaa', ANDA)], key)).toBe(judged);
});

test('a name that does not end in the tag was not asked for, whatever an intent says', () => {
  const wanted = { name: 'Other', limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false };
  expect(judge([intent('aaaaaaaa', ANDA, { wanted })], { name: 'Other' })).toBe('foreign');
});

test.each<[string, KeyFacts, Partial<AccountKey>, Ownership]>([
  ['its label', { hash: HASH, label: FITS }, { label: FITS }, 'ours'],
  ['another label', { hash: HASH, label: FITS }, { label: CONTRADICTS }, 'foreign'],
  ['no label on the account', { hash: HASH, label: FITS }, {}, 'ours'],
  ['a line without a label, which no purge leaves', { hash: HASH }, { label: FITS }, 'foreign'],
])('a key whose secret was purged: %s', (_, facts, key, judged) => {
  const line: JournalEntry = { type: 'created', at: AT, tag: 'aaaaaaaa', key: undefined, facts };
  expect(judge([intent('aaaaaaaa', ANDA), line], key)).toBe(judged);
});

test.each<[string, Partial<AccountKey>, Ownership]>([
  ['its hash and label', { label: FITS }, 'ours'],
  ['its hash and label, another name', { label: FITS, name: 'Other' }, 'ours'],
  ['its hash and name, no label', {}, 'ours'],
  ['its hash alone', { name: 'Other' }, 'renamed'],
  ['its hash, another label', { label: CONTRADICTS }, 'foreign'],
  ['its name and label, another hash', { label: FITS, hash: 'other' }, 'foreign'],
  ['its name, no label, another hash', { hash: 'other' }, 'foreign'],
])('a key that was imported: %s', (_, key, judged) => {
  expect(judge([imported('aaaaaaaa', ANDA)], key)).toBe(judged);
});

test('an imported key that turned out to have another secret is nobody’s orphan', () => {
  const at = '2026-03-02T10:00:00.000Z';
  const lost: JournalEntry = { type: 'unresolved', at, tag: 'aaaaaaaa', reason: 'another secret' };
  expect(judge([imported('aaaaaaaa', ANDA), lost], { label: CONTRADICTS })).toBe('foreign');
});

function imported(tag: string, who: Participant): JournalEntry {
  const saved = created(tag);
  if (saved.type !== 'created') throw new Error('no secret');
  return { ...saved, type: 'imported', person: tag, participant: who, facts: { ...saved.facts, name: NAME } };
}

test('a later secret of the same tag takes the hash of the earlier one away', () => {
  const { tagByHash } = foldJournal([...held('aaaaaaaa', ANDA), created('aaaaaaaa', { hash: 'later' })]);
  expect([...tagByHash]).toEqual([['later', 'aaaaaaaa']]);
});

function judge(entries: Parameters<typeof foldJournal>[0], key: Partial<AccountKey>): Ownership {
  const attempt = foldJournal(entries).attempts.get('aaaaaaaa');
  if (!attempt) throw new Error('no attempt');
  return judgeOwnership(attempt, { hash: HASH, name: NAME, ...key });
}
