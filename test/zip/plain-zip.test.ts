import { randomBytes } from 'node:crypto';
import { BlobReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { expect, test } from 'vitest';
import { plainZip } from '../../src/zip/plain-zip.ts';

test('an archive has its files to the byte, compressed where that helps', async () => {
  const files = [
    { name: '002-anna-berzins/.env', bytes: Buffer.from('OPENROUTER_API_KEY=sk-or-v1-test-1\n') },
    { name: '002-anna-berzins/Bērziņš.html', bytes: Buffer.from('<p>x</p>'.repeat(5000)) },
    { name: 'noise', bytes: randomBytes(3000) },
    { name: 'empty', bytes: new Uint8Array() },
  ];
  const zip = plainZip(files);
  expect(zip.length).toBeLessThan(4500);
  const reader = new ZipReader(new BlobReader(new Blob([zip])), { useWebWorkers: false });
  const entries = await reader.getEntries();
  expect(entries.map(({ filename }) => filename)).toEqual(files.map(({ name }) => name));
  for (const [index, entry] of entries.entries()) {
    if (entry.directory) throw new Error('There are no folders in it.');
    expect(
      Buffer.from(files[index]?.bytes ?? []).equals(
        await entry.getData(new Uint8ArrayWriter(), { checkSignature: true }),
      ),
    ).toBe(true);
  }
  expect(Buffer.from(plainZip(files)).equals(zip)).toBe(true);
});
