import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type AppendFile, openAppendFile } from '../../src/files/append-file.ts';
import { bundled, errorOf, fileTools, mountSmallDisk, straceNode, temporaryFolder } from './world.ts';

const here = fileTools();
const posix = process.platform !== 'win32';

/** Windows does not allow what the others do: to cut a file that is open for appending. */
const platforms: NodeJS.Platform[] = posix ? ['linux', 'win32'] : ['win32'];

/** Opens a file in a process of its own: 77 private, 78 not private, 79 refused with the code that was asked for. */
const OPEN = `
  const tools = { platform: process.platform, cwd: process.cwd(), random: require('crypto').randomBytes };
  import(process.argv[1]).then(({ openAppendFile }) => openAppendFile(process.argv[2], tools)).then(
    (file) => process.exit(file.private ? 77 : 78),
    (error) => process.exit(error.code === process.argv[3] ? 79 : 1));`;

describe('an append file', () => {
  test('keeps whole lines in order, also when many are appended at once', async () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    const file = await openAppendFile(path, here);
    const lines = Array.from({ length: 300 }, (_, number) => `{"line":${number},"name":"Ķīlis 🔑"}`);
    await Promise.all(lines.map((line) => file.append(line)));
    await file.append('last');
    expect(Buffer.from(await file.readWhole()).toString()).toBe(`${lines.join('\n')}\nlast\n`);
    await file.close();
    await file.close();
    if (posix) expect([statSync(path).mode & 0o777, file.private]).toEqual([0o600, true]);
  });

  test.each(platforms)('goes on at the end of what is there (%s)', async (platform) => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    writeFileSync(path, 'first\ntorn');
    const file = await openAppendFile(path, fileTools({ platform }));
    await file.truncateTo(6);
    await Promise.all([file.append('second'), file.append('third')]);
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('first\nsecond\nthird\n');
    expect(file.private).toBe(platform !== 'win32');
  });

  test('refuses a text with a line break and an append after closing', async () => {
    const file = await openAppendFile(join(temporaryFolder(), 'journal.jsonl'), here);
    await expect(file.append('a\nb')).rejects.toThrow('line breaks');
    await file.append('fine');
    await file.close();
    await expect(file.append('late')).rejects.toThrow('closed');
  });

  test.runIf(posix)('mends the mode of a file that others could read', async () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    writeFileSync(path, '');
    chmodSync(path, 0o644);
    await (await openAppendFile(path, here)).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('on Windows, where the position decides, does not write over what another program appended', async () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    const file = await openAppendFile(path, fileTools({ platform: 'win32' }));
    await file.append('one');
    appendFileSync(path, 'foreign\n');
    await Promise.all([file.append('two'), file.append('three')]);
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('one\nforeign\ntwo\nthree\n');
  });

  test.for([
    ['fchmod:error=EPERM', 'refuses to change modes'],
    ['fchmod:error=EOPNOTSUPP', 'knows no modes'],
    ['fchmod:retval=0', 'says that it changed the mode and did not'],
  ] as const)('on a disk that (%s) %s is not called private', async ([fault], context) => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    writeFileSync(path, '', { mode: 0o644 });
    const status = straceNode([`--inject=${fault}`], ['-e', OPEN, await bundled('src/files/append-file.ts'), path]);
    if (status === undefined) return context.skip('strace is not here or may not trace');
    expect(status).toBe(78);
  });

  test.runIf(posix)('is not opened through a link that is put there at the last moment', async (context) => {
    const folder = temporaryFolder();
    const [path, elsewhere] = [join(folder, 'journal.jsonl'), join(folder, 'elsewhere')];
    writeFileSync(elsewhere, '', { mode: 0o600 });
    symlinkSync(elsewhere, path);
    // The first look finds nothing there, as it would just before.
    const fault = ['--inject=statx,lstat,newfstatat:error=ENOENT:when=1', '-P', path];
    const status = straceNode(fault, ['-e', OPEN, await bundled('src/files/append-file.ts'), path, 'output_is_link']);
    if (status === undefined) return context.skip('strace is not here or may not trace');
    expect(status).toBe(79);
  });

  test('resolves only after the line was synced, and lines that wait share a write and a sync', async (context) => {
    const folder = temporaryFolder();
    const log = join(folder, 'trace');
    const script = `
      import(process.argv[1]).then(async ({ openAppendFile }) => {
        const file = await openAppendFile(process.argv[2], { platform: process.platform });
        const mark = () => require('fs').writeSync(1, 'resolved');
        await file.append('one'); mark();
        await Promise.all([2, 3, 4, 5].map((n) => file.append('line ' + n).then(mark)));
        await file.close();
      });`;
    const bundle = await bundled('src/files/append-file.ts');
    const options = ['-o', log, '-e', 'trace=write,pwrite64,fdatasync'];
    if (straceNode(options, ['-e', script, bundle, join(folder, 'journal.jsonl')]) === undefined) {
      return context.skip('strace is not here or may not trace');
    }
    const calls =
      readFileSync(log, 'utf8').match(/"resolved"|"one|"line|fdatasync\(\d+\) += 0|fdatasync resumed/g) ?? [];
    const story = calls
      .map((call) => (call.startsWith('fdatasync') ? 'sync' : call.slice(1).replace('"', '')))
      .join(' ');
    expect(story).toMatch(/^one sync resolved line sync resolved resolved resolved resolved$/);
  });
});

test('the name of a new append file is on the disk before the first line', async (context) => {
  const folder = temporaryFolder();
  const log = join(temporaryFolder(), 'trace');
  const script = `
    import(process.argv[1]).then(async ({ openAppendFile }) => {
      const file = await openAppendFile(process.argv[2], { platform: process.platform });
      await file.append('one');
    });`;
  const options = [
    '-o',
    log,
    '-P',
    folder,
    '-P',
    join(folder, 'journal.jsonl'),
    '-y',
    '-e',
    'trace=write,pwrite64,fsync',
  ];
  const args = ['-e', script, await bundled('src/files/append-file.ts'), join(folder, 'journal.jsonl')];
  if (straceNode(options, args) === undefined) return context.skip('strace is not here or may not trace');
  const calls = readFileSync(log, 'utf8').matchAll(/^\d+ +(\w+)\(\d+<(.*?)>/gm);
  const story = [...calls].map(([, call, file]) =>
    file === undefined || file.endsWith('.jsonl') ? call?.replace('pwrite64', 'write') : `${call} folder`,
  );
  expect(story).toEqual(['fsync', 'fsync folder', 'write']);
});

describe.runIf(posix)('what is no ordinary file is refused', () => {
  test.each<[string, string, (path: string) => void]>([
    ['a link to a file', 'output_is_link', (path) => symlinkSync('/etc/hostname', path)],
    ['a dangling link', 'output_is_link', (path) => symlinkSync('/nowhere/at/all', path)],
    ['a folder', 'output_not_a_file', (path) => mkdirSync(path)],
    ['a named pipe', 'output_not_a_file', (path) => execFileSync('mkfifo', [path])],
    ['a device', 'output_not_a_file', (path) => execFileSync('mknod', [path, 'c', '1', '7'])],
  ])('%s', async (_, code, make) => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    make(path);
    expect(await errorOf(openAppendFile(path, here))).toMatchObject({ code, exitCode: 6 });
  });

  test('a missing folder', async () => {
    expect(await errorOf(openAppendFile(join(temporaryFolder(), 'gone', 'j'), here))).toMatchObject({
      code: 'output_vanished',
    });
  });
});

describe('a line that cannot be kept', () => {
  test('on a full disk is refused, cut off again, and so is every later one', async (context) => {
    const disk = mountSmallDisk(8192);
    if (disk === undefined) return context.skip('this machine does not allow to mount a small disk');
    const path = join(disk, 'journal.jsonl');
    const file = await openAppendFile(path, here);
    await file.append('first');
    const [fits, tooLong, later] = await Promise.all([
      file.append('fits').catch(String),
      errorOf(file.append('x'.repeat(20_000))),
      errorOf(file.append('later')),
    ]);
    expect(fits).toBeUndefined();
    expect(tooLong).toMatchObject({ code: 'disk_full', exitCode: 6 });
    expect(later).toBe(tooLong);
    expect(await errorOf(file.append('still'))).toBe(tooLong);
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('first\nfits\n');
    const again = await openAppendFile(path, here);
    await again.append('there is room again');
    await again.close();
  });

  test.for([
    ['fdatasync', 'EIO', 'disk_failed'],
    ['write,pwrite64', 'ENOSPC', 'disk_full'],
  ])('because %s fails with %s is not there afterwards', async ([call, errno, code], context) => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    const script = `
      import(process.argv[1]).then(async ({ openAppendFile }) => {
        const file = await openAppendFile(process.argv[2], { platform: process.platform });
        await file.append('one');
        await file.append('two').then(() => process.exit(1), (error) => process.exit(error.code === process.argv[3] ? 77 : 1));
      });`;
    const fault = [`--inject=${call}:error=${errno}:when=2`, '-P', path];
    const args = ['-e', script, await bundled('src/files/append-file.ts'), path, String(code)];
    const status = straceNode(fault, args);
    if (status === undefined) return context.skip('strace is not here or may not trace');
    expect(status).toBe(77);
    expect(readFileSync(path, 'utf8')).toBe('one\n');
  });

  test.runIf(posix)('because the file may not grow is cut off again, after a short write too', async () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    const script = `
      process.on('SIGXFSZ', () => undefined);
      import(process.argv[1]).then(async ({ openAppendFile }) => {
        const file = await openAppendFile(process.argv[2], { platform: process.platform });
        await file.append('one');
        await file.append('x'.repeat(3000)).then(() => process.exit(1), (error) => process.exit(error.code === 'disk_full' ? 77 : 1));
      });`;
    const bundle = await bundled('src/files/append-file.ts');
    const command = 'ulimit -f 2; exec "$@"';
    let status = 0;
    try {
      execFileSync('bash', ['-c', command, 'bash', process.execPath, '-e', script, bundle, path], { stdio: 'ignore' });
    } catch (error) {
      status = (error as { status: number }).status;
    }
    expect(status).toBe(77);
    expect(readFileSync(path, 'utf8')).toBe('one\n');
  });

  test.runIf(posix).each<[string, string, (path: string, folder: string) => void]>([
    ['deleted with its folder', 'was deleted', (_, folder) => rmSync(folder, { recursive: true })],
    ['moved with its folder', 'was moved', (_, folder) => renameSync(folder, `${folder} elsewhere`)],
    ['cut short', 'was truncated', (path) => truncateSync(path, 1)],
    [
      'replaced by a copy, as editors do',
      'was deleted',
      (path) => {
        copyFileSync(path, `${path}~`);
        renameSync(`${path}~`, path);
      },
    ],
    [
      'moved while another took its name',
      'was replaced',
      (path) => {
        renameSync(path, `${path}.bak`);
        writeFileSync(path, '');
      },
    ],
  ])('because the file was %s is reported', async (_, what, harm) => {
    const folder = join(temporaryFolder(), 'output');
    mkdirSync(folder);
    const path = join(folder, 'journal.jsonl');
    const file: AppendFile = await openAppendFile(path, here);
    await file.append('one, a bit longer');
    harm(path, folder);
    const error = await errorOf(file.append('two'));
    expect(error).toMatchObject({ code: 'output_vanished', exitCode: 6, message: expect.stringContaining(what) });
    expect(await errorOf(file.append('three'))).toBe(error);
    expect(await file.readWhole()).not.toContain(0);
    await file.close();
  });

  test.each(platforms)('is no reason to remove what another program appended (%s)', async (platform) => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    const file = await openAppendFile(path, fileTools({ platform }));
    await file.append('one');
    appendFileSync(path, 'foreign\n');
    await file.append('two');
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('one\nforeign\ntwo\n');
    expect(readdirSync(join(path, '..'))).toEqual(['journal.jsonl']);
  });
});
