import { expect, test } from 'vitest';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { foldJournal } from '../../src/journal/fold.ts';
import { planSweep } from '../../src/plan/plan-sweep.ts';

const at = '2026-03-02T09:00:00.000Z';
const TAG = 'abcdefgh';
const NAME = `W_Anda_${TAG}`;
const SECRET = 'sk-or-v1-test-secret-of-anda-0001';
const LABEL = 'sk-or-v1-tes...0001';
const wanted = { name: NAME, limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false } as const;
const intent: JournalEntry = { type: 'intent', at, tag: TAG, person: TAG, participant: null, wanted };
const created = (facts: { hash?: string }): JournalEntry => ({ type: 'created', at, tag: TAG, key: SECRET, facts });
const unknown: JournalEntry = { type: 'unresolved', at, tag: TAG, reason: 'lost' };
const damagedLine: JournalEntry = { type: 'damaged', at, tag: TAG };
const absent: JournalEntry = { type: 'absent', at, tag: TAG };
const disabled: JournalEntry = { type: 'orphan', at, tag: TAG, hash: 'h1', how: 'disabled' };

const key = (more: object = {}) => ({ hash: 'h1', name: NAME, usage: 0, disabled: false, ...more });
const orphan = (how: 'delete' | 'disable', usage: number | undefined) => [
  { kind: 'remove_orphan', tag: TAG, hash: 'h1', name: NAME, usage, how },
];
const locate = (hash: string) => [
  expect.objectContaining({ kind: 'locate', tag: TAG, facts: expect.objectContaining({ hash }) }),
];
const gone = [{ kind: 'record_absent', tag: TAG }];
const secretOfNobody = [{ kind: 'record_absent', tag: TAG, name: NAME }];

test.each([
  ['a pending key that is there is an orphan', [intent], [key()], true, orphan('delete', 0)],
  ['one that spent is disabled, not deleted', [intent], [key({ usage: 0.1 })], true, orphan('disable', 0.1)],
  [
    'one whose usage is not told is disabled',
    [intent],
    [key({ usage: undefined })],
    true,
    orphan('disable', undefined),
  ],
  ['an unknown key that two looks did not see is absent', [intent, unknown], [], true, gone],
  ['one look is not enough for absence', [intent, unknown], [], false, []],
  ['an absent one that landed late is an orphan', [intent, unknown, absent], [key()], false, orphan('delete', 0)],
  ['a disabled orphan is left alone', [intent, disabled], [key({ disabled: true })], true, []],
  ['a held key is left alone', [intent, created({ hash: 'h1' })], [key()], true, []],
  [
    'a copy of a held key’s name is left alone',
    [intent, created({ hash: 'h1' })],
    [key(), key({ hash: 'h2' })],
    true,
    [],
  ],
  ['a held key without a hash is found by its tag', [intent, created({})], [key()], true, locate('h1')],
  ['one that two looks did not see is absent', [intent, created({})], [], true, secretOfNobody],
  ['one look is not enough for that', [intent, created({})], [], false, []],
  [
    'a key of another name that fits it may be it',
    [intent, created({})],
    [key({ name: 'Other', label: LABEL })],
    true,
    [],
  ],
  ['one with a hash is asked for by it', [intent, created({ hash: 'h1' })], [], true, []],
  [
    'of two, by its masked secret',
    [intent, created({})],
    [key({ label: 'sk-or-v1-oth...0002' }), key({ hash: 'h2', label: LABEL })],
    true,
    locate('h2'),
  ],
  [
    'a held key whose hash was told wrong is found',
    [intent, created({ hash: 'odd' })],
    [key({ label: LABEL })],
    true,
    locate('h1'),
  ],
  [
    'a copy of the name of a key that is gone is not it',
    [intent, created({ hash: 'h0' })],
    [key({ label: 'sk-or-v1-oth...0002' })],
    true,
    [],
  ],
  ['a line that was damaged: a key with its tag may be its key', [damagedLine], [key({ name: `X_${TAG}` })], true, []],
  ['a line that was damaged, and no key with its tag', [damagedLine], [], true, gone],
  ['a tag that this journal did not issue is never touched', [], [key()], true, []],
])('%s', (_, entries, keys, conclusive, expected) => {
  expect(planSweep(foldJournal(entries as JournalEntry[]), { keys, complete: true }, conclusive)).toEqual(expected);
});

test('nothing is concluded from a listing that is not complete', () => {
  expect(planSweep(foldJournal([intent]), { keys: [key()], complete: false }, true)).toEqual([]);
});
