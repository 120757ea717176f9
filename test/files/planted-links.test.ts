import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../../src/files/lock.ts';
import { openOutputFolder } from '../../src/files/output-folder.ts';
import { writePrivateFile } from '../../src/files/private-file.ts';
import { errorOf, fileTools, lockTools, temporaryFolder } from './world.ts';

const posix = process.platform !== 'win32';

describe.runIf(posix)('a link that was put where a file passes through', () => {
  const zeros = { ...fileTools(), random: (bytes: number) => Buffer.alloc(bytes) };

  test.each<[string, (folder: string) => Promise<unknown>]>([
    [
      '.orkeys-0000000000000000.tmp',
      (folder) => writePrivateFile(join(folder, 'keys.json'), Buffer.from('new'), zeros),
    ],
    ['.orkeys-0000000000000000.tmp', (folder) => openOutputFolder({ root: folder, folder, files: [] }, zeros)],
    [`.lock.${process.pid}.0000000000000000.tmp`, (folder) => acquireLock(folder, { ...lockTools(), ...zeros })],
  ])('%s: nothing is written through it', async (name, work) => {
    const folder = temporaryFolder();
    const elsewhere = join(temporaryFolder(), 'elsewhere');
    writeFileSync(elsewhere, 'mine');
    writeFileSync(join(folder, '.gitignore'), '*\n');
    symlinkSync(elsewhere, join(folder, name));
    expect(await errorOf(work(folder))).toMatchObject({ exitCode: 6 });
    expect(readFileSync(elsewhere, 'utf8')).toBe('mine');
  });
});
