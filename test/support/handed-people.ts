import { createHash } from 'node:crypto';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { foldJournal, type JournalState } from '../../src/journal/fold.ts';
import type { Participant } from '../../src/roster/participant.ts';
import { change, intent, rosterEntry } from './journal-entries.ts';

/** Parts of names that are hard on pages, tables, paths and paper. */
const PARTS = [
  ...['Anna', 'Bērziņš', 'Ņina', 'Łukasz', 'Øystein', 'İbrahim', 'Straße', 'O’Brien', "D'Arcy", 'María-José', 'Nguyễn'],
  ...[
    'Александра',
    '李小龍',
    'さくら',
    '김철수',
    'محمد',
    'עברית',
    'नेहा',
    'สมชาย',
    '👩‍🔬',
    'CON',
    'nul',
    'aux',
    '..',
    '.',
    '~',
  ],
  ...[
    '<b>bold</b>',
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '&amp;',
    '$\u007bx}',
    '`x`',
    '{{name}}',
  ],
  ...[
    '=1+1',
    '+cmd',
    '-2',
    '@SUM(A1)',
    "=cmd|' /C calc'!A0",
    'a,b',
    'a;b',
    '"quoted"',
    '../../etc/passwd',
    'C:\\x',
    'a/b',
    '%TEMP%',
  ],
  ...[
    'W'.repeat(60),
    'x'.repeat(90),
    '# Heading',
    '[link](javascript:alert(1))',
    '\u202Egnirts',
    '--flag',
    '$(id)',
    ']]>',
    '-->',
  ],
] as const;

export interface Handed {
  participant: Participant;
  secret: string;
}

/** A chance that repeats itself. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A secret as OpenRouter makes them, of a tag. */
export function keyOf(tag: string): string {
  return `sk-or-v1-${createHash('sha256').update(`test ${tag}`).digest('hex')}`;
}

/**
 * A workshop of people with random names, a third of them rotated once or twice, some revoked, whose roster was then sorted anew: what
 * each of them must get. The address and the tag are made from one number, and nothing else ties a person to a secret.
 */
export function handedPeople(
  count: number,
  seed: number,
): { state: JournalState; expected: Handed[]; without: Participant[] } {
  const random = seeded(seed);
  const entries: JournalEntry[] = [];
  const people: { participant: Participant; tag: string; revoked: boolean }[] = [];
  for (let number = 0; number < count; number++) {
    const pick = () => PARTS[random(PARTS.length)] ?? 'Anna';
    const emails = [`person${number}@example.org`, ...(random(5) === 0 ? [`other${number}@example.com`] : [])];
    const participant: Participant = { row: number + 2, rows: [number + 2], name: pick(), surname: pick(), emails };
    if (random(3) === 0) participant.group = `Table ${random(9)}`;
    const first = tagFrom(number, 0);
    let tag = first;
    entries.push(...issued(tag, participant, { person: first }));
    for (let turn = 1; turn <= Math.max(0, random(5) - 2); turn++) {
      const next = tagFrom(number, turn);
      entries.push(...issued(next, participant, { person: first, replaces: `hash-${tag}` }));
      entries.push(...change(tag, { action: 'delete', reason: 'retire' }, 'done'));
      tag = next;
    }
    const revoked = random(20) === 0;
    if (revoked) entries.push(...change(tag, { action: 'delete', reason: 'revoke' }, 'done'));
    people.push({ participant, tag, revoked });
  }
  const sorted = people.map((person) => ({ person, at: random(1_000_000) })).sort((a, b) => a.at - b.at);
  const moved = sorted.map(({ person }, index) => {
    const row = index + 2;
    return { ...person, participant: { ...person.participant, row, rows: [row] } };
  });
  entries.push(rosterEntry(...moved.map(({ participant }) => participant)));
  return {
    state: foldJournal(entries),
    expected: moved
      .filter(({ revoked }) => !revoked)
      .map(({ participant, tag }) => ({ participant, secret: keyOf(tag) })),
    without: moved.filter(({ revoked }) => revoked).map(({ participant }) => participant),
  };
}

function issued(tag: string, who: Participant, more: Parameters<typeof intent>[2]): JournalEntry[] {
  const at = '2026-03-02T09:00:00.000Z';
  return [intent(tag, who, more), { type: 'created', at, tag, key: keyOf(tag), facts: { hash: `hash-${tag}` } }];
}

/** Eight letters of base 32, as tags have. */
function tagFrom(number: number, turn: number): string {
  return (number * 8 + turn)
    .toString(32)
    .padStart(8, '0')
    .replaceAll(/[0189]/g, (digit) => 'wxyz'['0189'.indexOf(digit)] ?? 'w');
}
