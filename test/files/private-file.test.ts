import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeOrBeside, writePrivateFile } from '../../src/files/private-file.ts';
import { removeLeftovers } from '../../src/files/temporary.ts';
import { bundled, errorOf, fileTools, mountSmallDisk, straceNode, temporaryFolder } from './world.ts';

const bytes = Buffer.from('{"key":"sk-or-v1-test-1"}\n');
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const posix = process.platform !== 'win32';

describe('a private file', () => {
  test('is there whole, for its owner alone, and nothing else is left in the folder', async () => {
    const folder = temporaryFolder();
    const path = join(folder, "keys of Anna & O'Neill – Ключи 🔑.json");
    const written = await writePrivateFile(path, bytes, fileTools());
    expect(written).toEqual({ path, private: posix, changed: true });
    expect(readFileSync(path)).toEqual(bytes);
    expect(readdirSync(folder)).toHaveLength(1);
    if (posix) expect(modeOf(path)).toBe('600');
  });

  test.runIf(posix)('is 0600 also with umask 000 and where a file of mode 0666 was', async () => {
    const path = join(temporaryFolder(), 'keys.json');
    writeFileSync(path, 'old');
    chmodSync(path, 0o666);
    // A worker thread cannot set the umask, so a process of its own does.
    const script = `
      process.umask(0);
      import(process.argv[1]).then(({ writePrivateFile }) =>
        writePrivateFile(process.argv[2], Buffer.from('new'), { platform: process.platform, random: require('crypto').randomBytes }));`;
    execFileSync(process.execPath, ['-e', script, await bundled('src/files/private-file.ts'), path]);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(modeOf(path)).toBe('600');
  });

  test('with the same bytes is not touched a second time', async () => {
    const path = join(temporaryFolder(), 'keys.json');
    await writePrivateFile(path, bytes, fileTools());
    const before = statSync(path, { bigint: true });
    expect(await writePrivateFile(path, bytes, fileTools())).toMatchObject({ changed: false, private: posix });
    const after = statSync(path, { bigint: true });
    expect([after.ino, after.mtimeNs, after.ctimeNs]).toEqual([before.ino, before.mtimeNs, before.ctimeNs]);
  });

  test.runIf(posix)('with the same bytes but an open mode gets its mode mended', async () => {
    const path = join(temporaryFolder(), 'keys.json');
    writeFileSync(path, bytes);
    chmodSync(path, 0o644);
    expect(await writePrivateFile(path, bytes, fileTools())).toMatchObject({ changed: false, private: true });
    expect(modeOf(path)).toBe('600');
  });

  test('of the same length but other bytes is replaced', async () => {
    const path = join(temporaryFolder(), 'keys.json');
    await writePrivateFile(path, Buffer.from('aaa'), fileTools());
    expect(await writePrivateFile(path, Buffer.from('aab'), fileTools())).toMatchObject({ changed: true });
    expect(readFileSync(path, 'utf8')).toBe('aab');
  });

  test('does not claim to be private where the system has no modes', async () => {
    const path = join(temporaryFolder(), 'keys.json');
    expect((await writePrivateFile(path, bytes, fileTools({ platform: 'win32' }))).private).toBe(false);
    expect((await writePrivateFile(path, bytes, fileTools({ platform: 'win32' }))).private).toBe(false);
  });
});

test('a file is synced before it takes its name, and its folder after', async (context) => {
  const folder = temporaryFolder();
  const path = join(folder, 'keys.json');
  const log = join(temporaryFolder(), 'trace');
  const script = `
    const tools = { platform: process.platform, random: (bytes) => Buffer.alloc(bytes) };
    import(process.argv[1]).then(({ writePrivateFile }) => writePrivateFile(process.argv[2], Buffer.from('new'), tools));`;
  const watched = ['-P', folder, '-P', join(folder, '.orkeys-0000000000000000.tmp')];
  const options = ['-o', log, '-y', ...watched, '-e', 'trace=write,pwrite64,fsync,rename'];
  const status = straceNode(options, ['-e', script, await bundled('src/files/private-file.ts'), path]);
  if (status === undefined) return context.skip('strace is not here or may not trace');
  const calls = readFileSync(log, 'utf8').matchAll(/^\d+ +(\w+)\((?:\d+<(.*?)>)?/gm);
  const story = [...calls].map(([, call, file]) =>
    file === undefined || file.endsWith('.tmp') ? call?.replace('pwrite64', 'write') : `${call} folder`,
  );
  expect(story).toEqual(['write', 'fsync', 'rename', 'fsync folder']);
});

describe.runIf(posix)('a target that is no ordinary file is refused and left as it was', () => {
  test.each<[string, string, (path: string) => void]>([
    ['symbolic link', 'output_is_link', (path) => symlinkSync('/etc/hostname', path)],
    ['dangling link', 'output_is_link', (path) => symlinkSync('/nowhere/at/all', path)],
    ['folder', 'output_not_a_file', (path) => mkdirSync(path)],
    ['named pipe', 'output_not_a_file', (path) => execFileSync('mkfifo', [path])],
  ])('%s', async (_, code, make) => {
    const folder = temporaryFolder();
    const path = join(folder, 'keys.json');
    make(path);
    const before = lstatSync(path, { bigint: true });
    const error = await errorOf(writePrivateFile(path, bytes, fileTools()));
    expect(error).toMatchObject({ code, exitCode: 6, hint: expect.stringContaining('Move it') });
    expect(error.message).toContain(path);
    expect(lstatSync(path, { bigint: true })).toEqual(before);
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });
});

describe('a folder that cannot take the file', () => {
  test('that is missing is named', async () => {
    const path = join(temporaryFolder(), 'gone', 'keys.json');
    expect(await errorOf(writePrivateFile(path, bytes, fileTools()))).toMatchObject({
      code: 'output_vanished',
      exitCode: 6,
    });
  });

  test.runIf(posix)('that is a file is named', async () => {
    const file = join(temporaryFolder(), 'notes.txt');
    writeFileSync(file, 'x');
    expect(await errorOf(writePrivateFile(join(file, 'keys.json'), bytes, fileTools()))).toMatchObject({
      code: 'not_a_folder',
      exitCode: 6,
    });
  });

  test.runIf(posix)('a name that is too long is named', async () => {
    const path = join(temporaryFolder(), `${'n'.repeat(300)}.json`);
    expect(await errorOf(writePrivateFile(path, bytes, fileTools()))).toMatchObject({ code: 'name_too_long' });
  });

  test('a full disk keeps the old file, and no half-written one stays', async (context) => {
    const disk = mountSmallDisk(16_384);
    if (disk === undefined) return context.skip('this machine does not allow to mount a small disk');
    const path = join(disk, 'keys.json');
    await writePrivateFile(path, Buffer.from('old'), fileTools());
    const error = await errorOf(writePrivateFile(path, Buffer.alloc(100_000, 'x'), fileTools()));
    expect(error).toMatchObject({
      code: 'disk_full',
      exitCode: 6,
      hint: expect.stringContaining('Free up disk space'),
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(disk)).toEqual(['keys.json']);
  });

  test('a read-only disk is named', async (context) => {
    const disk = mountSmallDisk(0, 'ro');
    if (disk === undefined) return context.skip('this machine does not allow to mount a read-only disk');
    expect(await errorOf(writePrivateFile(join(disk, 'keys.json'), bytes, fileTools()))).toMatchObject({
      code: 'read_only',
      exitCode: 6,
    });
  });

  test.for([
    ['fsync', 'EIO', 'disk_failed'],
    ['write,pwrite64', 'EDQUOT', 'disk_full'],
    ['rename', 'ENOSPC', 'disk_full'],
  ])('%s that fails with %s keeps the old file and leaves nothing behind', async ([call, errno, code], context) => {
    const folder = temporaryFolder();
    const path = join(folder, 'keys.json');
    writeFileSync(path, 'old');
    // Chance is fixed, so that the fault can be aimed at the temporary file.
    const script = `
      const tools = { platform: process.platform, random: (bytes) => Buffer.alloc(bytes) };
      import(process.argv[1]).then(({ writePrivateFile }) =>
        writePrivateFile(process.argv[2], Buffer.from('new'), tools)
          .then(() => process.exit(0), (error) => process.exit(error.code === process.argv[3] ? 77 : 1)));`;
    const fault = [`--inject=${call}:error=${errno}`, '-P', join(folder, '.orkeys-0000000000000000.tmp')];
    const run = straceNode(fault, ['-e', script, await bundled('src/files/private-file.ts'), path, String(code)]);
    if (run === undefined) return context.skip('strace is not here or may not trace');
    expect(run).toBe(77);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });
});

describe('a file that another program holds', () => {
  // A mount point cannot be renamed over (EBUSY): for a rename this is what Excel's lock is on Windows.
  const hold = (path: string): (() => void) | undefined => {
    writeFileSync(path, 'held');
    if (spawnSync('mount', ['--bind', path, path]).status !== 0) return undefined;
    let held = true;
    const release = () => {
      if (held) execFileSync('umount', ['-l', path]);
      held = false;
    };
    onTestFinished(release);
    return release;
  };

  test('for a moment is waited for', async (context) => {
    const path = join(temporaryFolder(), 'keys.xlsx');
    const release = hold(path);
    if (release === undefined) return context.skip('this machine does not allow to mount');
    const tools = fileTools({ whileAsleep: (times) => times === 3 && release() });
    expect(await writePrivateFile(path, bytes, tools)).toMatchObject({ path, changed: true });
    expect(tools.slept).toHaveLength(3);
    expect(readFileSync(path)).toEqual(bytes);
  });

  test('for good is left alone after more than 3 seconds, with no half-written file', async (context) => {
    const folder = temporaryFolder();
    const path = join(folder, 'keys.xlsx');
    if (hold(path) === undefined) return context.skip('this machine does not allow to mount');
    const tools = fileTools();
    const error = await errorOf(writePrivateFile(path, bytes, tools));
    expect(error).toMatchObject({ code: 'output_busy', exitCode: 6, hint: expect.stringContaining('Excel') });
    expect(tools.slept.reduce((sum, ms) => sum + ms)).toBeGreaterThan(3000);
    expect(readdirSync(folder)).toEqual(['keys.xlsx']);
  });

  test('for good is written beside, never over a file that is not ours', async (context) => {
    const folder = temporaryFolder();
    const path = join(folder, 'keys.xlsx');
    if (hold(path) === undefined) return context.skip('this machine does not allow to mount');
    writeFileSync(join(folder, 'keys-2.xlsx'), 'the users own');
    mkdirSync(join(folder, 'keys-3.xlsx'));
    const fourth = join(folder, 'keys-4.xlsx');
    expect(await writeOrBeside(path, bytes, fileTools())).toEqual({
      path: fourth,
      insteadOf: path,
      private: true,
      changed: true,
    });
    expect(await writeOrBeside(path, bytes, fileTools())).toMatchObject({ path: fourth, changed: false });
    expect(readFileSync(join(folder, 'keys-2.xlsx'), 'utf8')).toBe('the users own');
    expect(readFileSync(path, 'utf8')).toBe('held');
  });

  test('is never written beside for another reason than being held', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'keys.xlsx');
    mkdirSync(path);
    expect(await errorOf(writeOrBeside(path, bytes, fileTools()))).toMatchObject({ code: 'output_not_a_file' });
    expect(readdirSync(folder)).toEqual(['keys.xlsx']);
  });
});

test('what a killed run left half-written is removed, and nothing else', async () => {
  const folder = temporaryFolder();
  const names = ['.orkeys-0123456789abcdef.tmp', '.orkeys-notes.tmp', 'keys.json', '.gitignore'];
  for (const name of names) writeFileSync(join(folder, name), 'x');
  expect(await removeLeftovers(folder, fileTools())).toBe(1);
  expect(readdirSync(folder).sort()).toEqual(['.gitignore', '.orkeys-notes.tmp', 'keys.json']);
  expect(await removeLeftovers(join(folder, 'missing'), fileTools())).toBe(0);
});
