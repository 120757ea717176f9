import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { sealedZip } from '../../src/seal/sealed-zip.ts';
import { Secret } from '../../src/secret.ts';

const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
const password = 'lusab-gutih-tugad-fikop';
const folder = mkdtempSync(join(tmpdir(), 'orkeys-seal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function seal(files: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
  const contents = Object.entries(files).map(([name, bytes]) => ({ name, bytes }));
  return sealedZip(contents, { password: new Secret(password), random });
}

test('files of any size and any name come back to the byte', async () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => !/[/\\\0]/.test(text) && !text.startsWith('.'));
  // Bytes that cannot be compressed are stored, others are deflated.
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 20_000 }),
    fc.string().map((text) => Buffer.from(text.repeat(200))),
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, content, { minKeys: 1, maxKeys: 4, noNullPrototype: true }), async (files) => {
      const opened = await openZip(seal(files), password);
      expect(Object.keys(opened)).toEqual(Object.keys(files));
      for (const [each, bytes] of Object.entries(files))
        expect(Buffer.from(bytes).equals(opened[each] ?? new Uint8Array(1))).toBe(true);
    }),
    { numRuns: 10 },
  );
});

test('no other password opens an archive, and a changed byte is noticed', async () => {
  const sealed = seal({ '.env': Buffer.from('OPENROUTER_API_KEY=sk-or-v1-test-1\n') });
  await expect(openZip(sealed, `${password}x`)).rejects.toThrow(/password/i);
  const at = '.env'.length + 30 + 11 + 16 + 2;
  sealed[at] = (sealed[at] ?? 0) ^ 1;
  await expect(openZip(sealed, password)).rejects.toThrow(/authentication code/i);
});

test('nothing of a file can be read in an archive, not even a checksum of it', () => {
  const bytes = Buffer.from('OPENROUTER_API_KEY=sk-or-v1-test-1\n');
  const sealed = Buffer.from(seal({ '.env': bytes }));
  expect(sealed.includes('sk-or-v1')).toBe(false);
  expect(sealed.readUInt32LE(14)).toBe(0);
  expect(sealed.equals(Buffer.from(seal({ '.env': bytes })))).toBe(false);
});

describe.skipIf(!has7zip())(`7-Zip${has7zip() ? '' : ' (no 7zz here)'}`, () => {
  test('unpacks an archive with the password, for its owner alone', () => {
    const files = { '.env': Buffer.from('OPENROUTER_API_KEY=sk-or-v1-test-1\n'), 'empty.txt': new Uint8Array() };
    const more = { 'Anna Bērziņš/key.html': Buffer.from('<p>x</p>'.repeat(5000)), 'noise.bin': random(20_000) };
    const all: Record<string, Uint8Array> = { ...files, ...more };
    const path = join(folder, 'sealed.zip');
    writeFileSync(path, seal(all));
    const target = join(folder, 'unpacked');
    const { status, stderr } = run7zip('x', path, `-p${password}`, `-o${target}`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const [name, bytes] of Object.entries(all)) {
      expect(readFileSync(join(target, name)).equals(bytes)).toBe(true);
    }
    expect(statSync(join(target, '.env')).mode & 0o777).toBe(0o600);
  });

  test('refuses an archive with another password', () => {
    const path = join(folder, 'refused.zip');
    writeFileSync(path, seal({ '.env': Buffer.from('OPENROUTER_API_KEY=sk-or-v1-test-1\n') }));
    const { status, stderr } = run7zip('t', path, `-p${password}x`);
    expect(status).toBe(2);
    expect(stderr).toContain('Wrong password');
  });
});

function has7zip(): boolean {
  return spawnSync('7zz', ['i']).status === 0;
}

function run7zip(...args: string[]) {
  return spawnSync('7zz', args, { encoding: 'utf8', input: '' });
}

async function openZip(bytes: Uint8Array<ArrayBuffer>, typed: string): Promise<Record<string, Uint8Array>> {
  const reader = new ZipReader(new BlobReader(new Blob([bytes])), { password: typed, useWebWorkers: false });
  const opened: Record<string, Uint8Array> = {};
  for (const entry of await reader.getEntries()) {
    if (entry.directory) throw new Error('There are no folders in it.');
    expect(entry.encrypted).toBe(true);
    opened[entry.filename] = await entry.getData(new Uint8ArrayWriter());
  }
  await reader.close();
  return opened;
}
