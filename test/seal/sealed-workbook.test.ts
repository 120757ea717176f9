import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { decrypt, isEncrypted } from 'officecrypto-tool';
import { afterAll, describe, expect, test } from 'vitest';
import { sealWorkbook } from '../../src/seal/sealed-workbook.ts';
import { Secret } from '../../src/secret.ts';
import { writeResultsWorkbook } from '../../src/workbook/write-results.ts';
import { exportWithPasswords } from './support/libreoffice.ts';

const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
const password = 'lusab-gutih-tugad-fikop';
const folder = mkdtempSync(join(tmpdir(), 'orkeys-seal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The judge wants what begins as a zip does. */
function workbookOf(size: number): Uint8Array {
  return Buffer.concat([Buffer.from('PK\u0003\u0004'), random(size - 4)]);
}

/** Hashed a few times only: the number is in the file, and sizes do not depend on it. */
function sealQuickly(bytes: Uint8Array, typed = password): Buffer {
  return Buffer.from(sealWorkbook(bytes, { password: new Secret(typed), random, spins: 3 }));
}

/** MS-CFB: a stream of less than 4,096 bytes lies in mini sectors; 8 bytes of it are the size, and the rest is whole blocks of 16. */
const AROUND_MINI_CUTOFF = [4071, 4072, 4073, 4080, 4081, 4087, 4088, 4089];

test.each([4, 15, 16, 17, 63, 64, 65, 511, 512, 513, ...AROUND_MINI_CUTOFF, 4095, 4096, 4097, 8192])(
  'a workbook of %d bytes comes back to the byte',
  async (size) => {
    const bytes = workbookOf(size);
    const opened = await decrypt(sealQuickly(bytes), { password });
    expect(Buffer.from(bytes).equals(opened)).toBe(true);
  },
);

test('a workbook of any size comes back to the byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 4, max: 300_000 }), async (size) => {
      const bytes = workbookOf(size);
      const sealed = sealQuickly(bytes);
      expect(sealed.length % 512).toBe(0);
      expect(Buffer.from(bytes).equals(await decrypt(sealed, { password }))).toBe(true);
    }),
    { numRuns: 10 },
  );
});

// 109 sectors of the table are named in the header; they cover 109 * 128 sectors of 512 bytes, a bit more than 6.8 MB.
test.each([7_050_000, 7_200_000])(
  'a workbook of %d bytes, whose table of sectors no longer fits into the header, comes back to the byte',
  async (size) => {
    const bytes = workbookOf(size);
    const opened = await decrypt(sealQuickly(bytes), { password });
    expect(Buffer.from(bytes).equals(opened)).toBe(true);
  },
);

test('a password may have any letters, and no other one opens the workbook', async () => {
  const bytes = workbookOf(5000);
  for (const typed of ['ā', 'пароль 李小龍', ' with spaces ', 'x'.repeat(255)]) {
    const sealed = sealQuickly(bytes, typed);
    expect(Buffer.from(bytes).equals(await decrypt(sealed, { password: typed }))).toBe(true);
    await expect(decrypt(sealed, { password: `${typed}.` })).rejects.toThrow(/password/i);
  }
});

test('nothing of a workbook can be read in the sealed one, and the same workbook is sealed differently each time', () => {
  const bytes = Buffer.from('sk-or-v1-test-0123456789abcdef '.repeat(400));
  const sealed = sealQuickly(bytes);
  expect(isEncrypted(sealed)).toBe(true);
  expect(sealed.includes('sk-or-v1')).toBe(false);
  expect(sealed.equals(sealQuickly(bytes))).toBe(false);
});

describe('a sealed workbook of real strength', () => {
  const table = {
    sheetName: 'Participants',
    header: ['Name'],
    rows: [{ cells: ['Anna Bērziņš'] }, { cells: ['李小龍'] }],
    resultHeader: ['api_key'],
    resultRows: [['sk-or-v1-test-1'], ['sk-or-v1-test-2']],
    at: new Date(0),
  };
  const seal = async () => {
    const bytes = await writeResultsWorkbook(table);
    return { bytes, sealed: Buffer.from(sealWorkbook(bytes, { password: new Secret(password), random })) };
  };

  test('is opened by another implementation of the format', async () => {
    const { bytes, sealed } = await seal();
    expect(Buffer.from(bytes).equals(await decrypt(sealed, { password }))).toBe(true);
  });

  const hasLibreOffice = spawnSync('soffice', ['--version']).status === 0;
  test.skipIf(!hasLibreOffice)(
    `is opened by LibreOffice with its password and with no other${hasLibreOffice ? '' : ' (no soffice here)'}`,
    async () => {
      const { sealed } = await seal();
      const path = join(folder, 'sealed.xlsx');
      writeFileSync(path, sealed);
      expect(exportWithPasswords(folder, path, [password, `${password}x`])).toEqual([
        '"Name","api_key"\n"Anna Bērziņš","sk-or-v1-test-1"\n"李小龍","sk-or-v1-test-2"',
        'refused',
      ]);
    },
  );
});
