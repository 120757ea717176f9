import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { foldersIn } from '../../src/files/folder-entries.ts';
import { lookAtLocks } from '../../src/files/look-at-locks.ts';
import { readSafely } from '../../src/files/safe-read.ts';
import { errorOf, lockTools, temporaryFolder } from './world.ts';

const posix = process.platform !== 'win32';
/** bytes */
const MOST = 3_000_000;
const LONGEST_LINE = 1_000_000;

function largeFile(path: string): void {
  writeFileSync(path, '');
  truncateSync(path, MOST + 1);
}

const LOCK = '.lock.4711.0123456789abcdef';

describe('a file is read', () => {
  test('whole; one that is not there is nothing', async () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    expect(await readSafely(path)).toBeUndefined();
    writeFileSync(path, 'a\nb\n');
    expect(Buffer.from((await readSafely(path)) ?? []).toString()).toBe('a\nb\n');
  });
});

describe('a file is refused, and nothing waits for it,', () => {
  test.runIf(posix).each<[string, (path: string) => void, string]>([
    ['a named pipe', (path) => execFileSync('mkfifo', [path]), 'not a regular file'],
    ['a folder', (path) => mkdirSync(path), 'not a regular file'],
    ['a link', (path) => symlinkSync('/etc/hostname', path), 'symbolic link'],
    ['a link that leads nowhere', (path) => symlinkSync('/nowhere', path), 'symbolic link'],
    ['a device', (path) => execFileSync('mknod', [path, 'c', '1', '5']), 'not a regular file'],
    ['a huge file', largeFile, 'larger than 3 MB'],
    ['a huge line', (path) => writeFileSync(path, `a\n${'x'.repeat(LONGEST_LINE + 1)}\nb\n`), 'longer than 1 MB'],
    ['a huge last line', (path) => writeFileSync(path, `a\n${'x'.repeat(LONGEST_LINE + 1)}`), 'longer than 1 MB'],
  ])('when it is %s', async (_, make, words) => {
    const path = join(temporaryFolder(), 'keys.json');
    make(path);
    const error = await errorOf(readSafely(path, MOST, LONGEST_LINE));
    expect(error).toMatchObject({ code: 'cannot_read', exitCode: 6 });
    expect(error.message).toContain(words);
  });

  test.runIf(posix)('when it is a socket', async () => {
    const path = join(temporaryFolder(), 's');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => void server.close());
    expect(await errorOf(readSafely(path))).toMatchObject({ code: 'cannot_read' });
  });

  test.runIf(posix)('when a lock is a named pipe', async () => {
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, LOCK)]);
    expect(await lookAtLocks(folder, lockTools())).toMatchObject([{ verdict: 'torn' }]);
  });
});

test.runIf(posix)(
  'a folder behind a link, as a cloud folder shows its placeholders, is listed with the folders',
  async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'b'));
    writeFileSync(join(folder, 'file'), '');
    symlinkSync(temporaryFolder(), join(folder, 'a'));
    symlinkSync('/nowhere', join(folder, 'c'));
    symlinkSync(join(folder, 'file'), join(folder, 'd'));
    expect(await foldersIn(folder)).toEqual(['a', 'b']);
    expect(await foldersIn('/nowhere')).toEqual([]);
  },
);
