import { randomBytes } from 'node:crypto';
import { find, read } from 'cfb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CompoundEntry, compoundFile } from '../../src/seal/compound-file.ts';

/** MS-CFB: below 4,096 bytes a stream lies in mini sectors of 64 bytes, from there on in sectors of 512. */
const SIZES = [0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 8192];

test('streams of any size, at any depth, come back to the byte', () => {
  const name = fc.stringMatching(/^[A-Z][a-z]{0,15}$/);
  const bytes = fc.oneof(fc.constantFrom(...SIZES), fc.nat(20_000)).map((size) => new Uint8Array(randomBytes(size)));
  const { entries } = fc.letrec<{ entries: CompoundEntry[]; entry: CompoundEntry }>((tie) => ({
    entry: fc.oneof({ maxDepth: 2 }, fc.record({ name, bytes }), fc.record({ name, children: tie('entries') })),
    entries: fc.uniqueArray(tie('entry'), { maxLength: 7, selector: (each) => each.name.toUpperCase() }),
  }));
  fc.assert(
    fc.property(entries, (children) => {
      const file = Buffer.from(compoundFile(children));
      expect(file.length % 512).toBe(0);
      const opened = read(file, { type: 'buffer' });
      for (const [path, content] of streamsOf(children)) {
        expect([path, Buffer.from(find(opened, path)?.content ?? []).equals(content)]).toEqual([path, true]);
      }
    }),
    { numRuns: 50 },
  );
});

// The header names 109 sectors of the table, which cover 109 * 128 sectors of 512 bytes. Each further one names 127.
test.each([13_836, 13_837, 13_838, 13_839, 30_300])(
  'a stream of %d sectors is read through the chain of its table',
  (sectors) => {
    const bytes = new Uint8Array(randomBytes(512 * sectors));
    const file = Buffer.from(compoundFile([{ name: 'EncryptedPackage', bytes }]));
    const content = find(read(file, { type: 'buffer' }), '/EncryptedPackage')?.content;
    expect(Buffer.from(content ?? []).equals(bytes)).toBe(true);
  },
);

test('siblings are a search tree, in the order of the format: shorter names first, then by capital letters', () => {
  const names = ['Version', 'EncryptionInfo', 'b', 'A', 'EncryptedPackage', '\u0006DataSpaces', 'aa', 'AB'];
  const file = Buffer.from(compoundFile(names.map((name) => ({ name, bytes: Buffer.from(name) }))));
  expect(inOrder(file)).toEqual([
    'A',
    'b',
    'aa',
    'AB',
    'Version',
    '\u0006DataSpaces',
    'EncryptionInfo',
    'EncryptedPackage',
  ]);
});

function streamsOf(entries: readonly CompoundEntry[], above = ''): [path: string, bytes: Uint8Array][] {
  return entries.flatMap((entry): [string, Uint8Array][] => {
    const path = `${above}/${entry.name}`;
    return entry.children ? streamsOf(entry.children, path) : [[path, entry.bytes]];
  });
}

/** The names below the root, as its tree has them. */
function inOrder(file: Buffer): string[] {
  const directory = (1 + file.readUInt32LE(48)) * 512;
  const walk = (id: number): string[] => {
    if (id === 0xffffffff) return [];
    const at = directory + id * 128;
    const name = file.toString('utf16le', at, at + file.readUInt16LE(at + 64) - 2);
    return [...walk(file.readUInt32LE(at + 68)), name, ...walk(file.readUInt32LE(at + 72))];
  };
  return walk(file.readUInt32LE(directory + 76));
}
