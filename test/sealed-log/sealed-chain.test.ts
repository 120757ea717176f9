import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { fillSlot, keyFromText, keyText, newWorkshopKey, openSlot } from '../../src/sealed-log/password-slot.ts';
import { openChain, type SealedBody, sealLines, startOf } from '../../src/sealed-log/sealed-chain.ts';
import { Secret } from '../../src/secret.ts';

const WORKSHOP = '6f1c2a34-0000-4000-8000-000000000001';
const KEY = newWorkshopKey(randomBytes);
const CHAIN = { key: KEY, workshop: WORKSHOP, log: 'journal' };
const LINES = ['{"type":"journal"}', '{"type":"intent","name":"Zanis"}', '{"type":"created"}', '{"type":"reported"}'];

function sealed(lines = LINES, generation = 1): SealedBody[] {
  return sealLines(CHAIN, startOf(generation), lines, randomBytes).bodies;
}

function read(bodies: readonly SealedBody[], chain = CHAIN, generation = 1) {
  const opened = openChain(chain, startOf(generation), bodies);
  return opened.wrong === undefined ? opened.lines.map(String) : `wrong at ${opened.wrong}`;
}

test('lines are read as they were written, in one piece or in several', () => {
  expect(read(sealed())).toEqual(LINES);
  const first = sealLines(CHAIN, startOf(1), LINES.slice(0, 2), randomBytes);
  const more = sealLines(CHAIN, first.end, LINES.slice(2), randomBytes);
  expect(more.bodies.map(({ seq }) => seq)).toEqual([3, 4]);
  expect(read([...first.bodies, ...more.bodies])).toEqual(LINES);
});

test('the bodies show nothing of the lines, and two of the same line differ', () => {
  const [a, b] = [sealed(['Zanis', 'Zanis']), sealed(['Zanis', 'Zanis'])];
  const all = [...a, ...b].map(({ body }) => Buffer.from(body).toString('latin1'));
  expect(all.some((text) => text.includes('Zanis'))).toBe(false);
  expect(new Set(all).size).toBe(all.length);
});

describe('what is not as members wrote it is found, with the number of the line', () => {
  const cases: [string, (bodies: SealedBody[]) => SealedBody[], number][] = [
    ['a flipped bit', (all) => all.map((each) => (each.seq === 2 ? { ...each, body: flip(each.body) } : each)), 2],
    [
      'a line cut short',
      (all) => all.map((each) => (each.seq === 3 ? { ...each, body: each.body.subarray(1) } : each)),
      3,
    ],
    ['an empty line', (all) => all.map((each) => (each.seq === 1 ? { ...each, body: Buffer.of() } : each)), 1],
    ['two lines swapped', ([m, a, b, c, d]) => renumber([m, a, c, b, d]), 2],
    ['a line left out, and the rest renumbered', ([m, a, , c, d]) => renumber([m, a, c, d]), 2],
    ['a line left out', ([m, a, , c, d]) => [m, a, c, d].flatMap((each) => each ?? []), 2],
    ['a line twice', ([m, a, b, c]) => renumber([m, a, b, b, c]), 3],
    ['the mark left out', ([, ...rest]) => renumber(rest), 0],
    [
      'a line of the same workshop from another time',
      (all) => all.map((each) => (each.seq === 3 ? (sealed()[3] ?? each) : each)),
      3,
    ],
  ];
  test.each(cases)('%s', (_, change, line) => {
    expect(read(change(sealed()))).toBe(`wrong at ${line}`);
  });

  test('lines of another workshop, log, generation or key', () => {
    const bodies = sealed();
    expect(read(bodies, { ...CHAIN, workshop: WORKSHOP.replace(/1$/, '2') })).toBe('wrong at 0');
    expect(read(bodies, { ...CHAIN, log: 'usage' })).toBe('wrong at 0');
    expect(read(bodies, CHAIN, 2)).toBe('wrong at 0');
    expect(read(bodies, { ...CHAIN, key: newWorkshopKey(randomBytes) })).toBe('wrong at 0');
  });
});

describe('a slot', () => {
  const CHEAP = { n: 2 ** 10, r: 8, p: 1 };
  const terms = { workshop: WORKSHOP, id: 1, label: 'Ilze' };

  test('opens with its password, however it is typed, and with no other', async () => {
    const slot = await fillSlot(KEY, new Secret('pa\u0304role-garā'), terms, randomBytes, CHEAP);
    const opened = await openSlot(slot, new Secret('pārole-garā'), WORKSHOP);
    expect(opened && keyText(opened)).toBe(keyText(KEY));
    expect(await openSlot(slot, new Secret('pārole-gara'), WORKSHOP)).toBeUndefined();
  });

  test.each([
    ['of another workshop', { workshop: WORKSHOP.replace(/1$/, '2') }, {}],
    ['with another label', {}, { label: 'Anna' }],
    ['with cheaper guesses', {}, { n: 2 ** 9 }],
    ['with an absurd cost', {}, { n: 2 ** 30 }],
    ['with no cost', {}, { n: 0 }],
    ['cut short', {}, { wrapped: Buffer.alloc(10) }],
  ])('%s opens with nothing', async (_, { workshop = WORKSHOP }: { workshop?: string }, changed) => {
    const slot = await fillSlot(KEY, new Secret('password'), terms, randomBytes, CHEAP);
    expect(await openSlot({ ...slot, ...changed }, new Secret('password'), workshop)).toBeUndefined();
  });

  test('what it opens to shows nothing', async () => {
    const shown = `${inspect(KEY)} ${JSON.stringify(KEY)} ${String(KEY)}`;
    expect(shown).not.toContain(keyText(KEY).slice(0, 8));
    expect(keyFromText('too short')).toBeUndefined();
  });
});

function flip(body: Uint8Array): Uint8Array {
  const copy = Buffer.from(body);
  copy[15] = (copy[15] ?? 0) ^ 1;
  return copy;
}

function renumber(bodies: readonly (SealedBody | undefined)[]): SealedBody[] {
  return bodies.flatMap((each, seq) => (each ? [{ seq, body: each.body }] : []));
}
