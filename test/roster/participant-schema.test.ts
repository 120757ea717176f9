import { describe, expect, test } from 'vitest';
import type { Issue } from '../../src/errors.ts';
import type { Participant } from '../../src/roster/participant.ts';
import { passUsable } from '../../src/roster/participant-schema.ts';

const ANDA: Participant = { row: 2, rows: [2], name: 'Anda', surname: 'Baklāne', emails: ['anda@example.org'] };

describe('the gate before a key', () => {
  test.for([
    [{}],
    [{ limit: 0.5, expires: '2026-12-31T23:59:59Z', keyed: true }],
    [{ limit: null }],
    [{ emails: [], name: 'Madonna', surname: '' }],
    [{ emails: ['jānis@dārzs.example.org'] }],
  ] satisfies [Partial<Participant>][])('lets %j pass', ([part]) => {
    const problems: Issue[] = [];
    expect(passUsable([{ ...ANDA, ...part }], 'S', problems)).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  test.for([
    [{ name: ' Anda' }, 'the name is not tidy'],
    [{ surname: 'Bakla\u0304ne' }, 'the name is not tidy'],
    [{ surname: 'Bak\nlāne' }, 'the name is not tidy'],
    [{ emails: ['anda@example'] }, 'the e-mail address is not whole'],
    [{ limit: -1 }, 'the limit is below zero'],
    [{ expires: '2026-12-31' }, 'the expiry is no UTC time with seconds'],
  ] satisfies [Partial<Participant>, string][])('stops %j and says why', ([part, why]) => {
    const problems: Issue[] = [];
    expect(passUsable([{ ...ANDA, ...part }], 'S', problems)).toEqual([]);
    expect(problems).toEqual([
      { code: 'unusable_row', message: `This row cannot be used: ${why}.`, row: 2, sheet: 'S' },
    ]);
  });
});
