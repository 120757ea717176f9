import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { safeFolderName } from '../../src/files/folder-name.ts';
import { openOutputFolder } from '../../src/files/output-folder.ts';
import { bundled, errorOf, fileTools, mountSmallDisk, straceNode, temporaryFolder } from './world.ts';

const posix = process.platform !== 'win32';
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

function request(base: string, prefix = 'BSSDH_2025', files = ['keys.json', 'keys.xlsx']) {
  return { root: join(base, 'output'), folder: join(base, 'output', prefix), files };
}

describe('the output folder', () => {
  test.each(['BSSDH_2025', "R & D's Ключи 🔑", 'Baklāne 2025'])(
    '%s is made, private and ignored by git, and left empty',
    async (prefix) => {
      const wanted = request(temporaryFolder(), prefix);
      expect(await openOutputFolder(wanted, fileTools())).toEqual({
        path: wanted.folder,
        private: posix,
        warnings: [],
      });
      for (const folder of [wanted.root, wanted.folder]) {
        if (posix) expect(modeOf(folder)).toBe('700');
        expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('*\n');
      }
      expect(readdirSync(wanted.folder)).toEqual(['.gitignore']);
      expect(await openOutputFolder(wanted, fileTools())).toMatchObject({ warnings: [] });
    },
  );

  test.runIf(posix)('that exists and is open to others keeps its mode, and a warning says so', async () => {
    const wanted = request(temporaryFolder());
    mkdirSync(wanted.folder, { recursive: true });
    chmodSync(wanted.folder, 0o755);
    const opened = await openOutputFolder(wanted, fileTools());
    expect(opened).toMatchObject({ private: false, warnings: [expect.stringContaining('chmod 700')] });
    expect(modeOf(wanted.folder)).toBe('755');
  });

  test('that holds files of somebody else gets no .gitignore, because git would no longer see those; a warning says so', async () => {
    const wanted = request(temporaryFolder());
    for (const folder of [wanted.root, wanted.folder]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(join(folder, 'thesis.tex'), 'mine');
    }
    const opened = await openOutputFolder(wanted, fileTools());
    expect(opened.warnings).toEqual([expect.stringContaining(`${wanted.folder} contains other files`)]);
    expect(readdirSync(wanted.folder)).toEqual(['thesis.tex']);
    expect(readdirSync(wanted.root).sort()).toEqual(['BSSDH_2025', 'thesis.tex']);
  });

  test.each([
    ['*', 0],
    ['# results\r\n*\r\n!.gitignore\r\n', 0],
    ['\uFEFF*  \n', 0],
    ['', 1],
    ['keys.json\n', 1],
    ['*\n!keys.json\n', 1],
    ['!keys.json\n/*\n', 0],
    ['\\*\n', 1],
  ])('keeps an ignore file that is there; %j gives %i warnings', async (text, count) => {
    const wanted = request(temporaryFolder());
    mkdirSync(wanted.folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(wanted.folder, '.gitignore'), text);
    expect((await openOutputFolder(wanted, fileTools())).warnings).toHaveLength(count);
    expect(readFileSync(join(wanted.folder, '.gitignore'), 'utf8')).toBe(text);
  });

  test('that is a repository itself gets no ignore file', async () => {
    const wanted = request(temporaryFolder());
    mkdirSync(join(wanted.root, '.git'), { recursive: true, mode: 0o700 });
    expect(await openOutputFolder(wanted, fileTools())).toMatchObject({ warnings: [] });
    expect(readdirSync(wanted.root).sort()).toEqual(['.git', 'BSSDH_2025']);
  });

  test.each([
    ['~$keys.xlsx', 'Excel'],
    ['.~lock.keys.xlsx#', 'LibreOffice'],
  ])('with %s in it tells that %s has the results open', async (name, program) => {
    const wanted = request(temporaryFolder());
    await openOutputFolder(wanted, fileTools());
    writeFileSync(join(wanted.folder, name), '');
    const { warnings } = await openOutputFolder(wanted, fileTools());
    expect(warnings).toEqual([
      `${join(wanted.folder, 'keys.xlsx')} seems to be open in ${program}. Close it before results are written.`,
    ]);
  });

  test('that cannot be, because a file is in its way, names that file', async () => {
    const base = temporaryFolder();
    writeFileSync(join(base, 'output'), 'notes');
    const error = await errorOf(openOutputFolder(request(base), fileTools()));
    expect(error).toMatchObject({ code: 'not_a_folder', exitCode: 6 });
    expect(error.message).toContain(join(base, 'output'));
    const deeper = { root: join(base, 'output', 'a', 'b'), folder: join(base, 'output', 'a', 'b'), files: [] };
    const second = await errorOf(openOutputFolder(deeper, fileTools()));
    expect(second.message).toContain(`Cannot use ${join(base, 'output')}:`);
  });

  test.runIf(posix)('refuses results that are links, before anything is created', async () => {
    const wanted = request(temporaryFolder());
    await openOutputFolder(wanted, fileTools());
    symlinkSync('/etc/hostname', join(wanted.folder, 'keys.json'));
    expect(await errorOf(openOutputFolder(wanted, fileTools()))).toMatchObject({ code: 'output_is_link', exitCode: 6 });
  });

  test('on a full disk is refused', async (context) => {
    const disk = mountSmallDisk(16_384);
    if (disk === undefined) return context.skip('this machine does not allow to mount a small disk');
    const wanted = request(disk);
    await openOutputFolder(wanted, fileTools());
    try {
      writeFileSync(join(disk, 'filler'), Buffer.alloc(64_000));
    } catch {
      // Full, as it should be.
    }
    expect(await errorOf(openOutputFolder(wanted, fileTools()))).toMatchObject({ code: 'disk_full', exitCode: 6 });
    expect(readdirSync(wanted.folder)).toEqual(['.gitignore']);
  });

  test('on a read-only disk is refused', async (context) => {
    const disk = mountSmallDisk(0, 'ro');
    if (disk === undefined) return context.skip('this machine does not allow to mount a read-only disk');
    expect(await errorOf(openOutputFolder(request(disk), fileTools()))).toMatchObject({ code: 'read_only' });
  });

  test.for([
    ['rename', 'EPERM', 'no_permission'],
    ['unlink', 'EACCES', 'no_permission'],
    ['fsync', 'EIO', 'disk_failed'],
  ])('whose disk does not allow %s (%s) is refused', async ([call, errno, code], context) => {
    const base = temporaryFolder();
    const { root, folder } = request(base);
    await openOutputFolder({ root, folder, files: [] }, fileTools());
    const script = `
      const tools = { platform: process.platform, random: (bytes) => Buffer.alloc(bytes), sleep: async () => undefined };
      import(process.argv[1]).then(({ openOutputFolder }) =>
        openOutputFolder({ root: process.argv[2], folder: process.argv[3], files: [] }, tools)
          .then(() => process.exit(0), (error) => process.exit(error.code === process.argv[4] ? 77 : 1)));`;
    const bundle = await bundled('src/files/output-folder.ts');
    const fault = [`--inject=${call}:error=${errno}`, '-P', join(folder, '.orkeys-0000000000000000.tmp')];
    const status = straceNode(fault, ['-e', script, bundle, root, folder, String(code)]);
    if (status === undefined) return context.skip('strace is not here or may not trace');
    expect(status).toBe(77);
  });

  test.runIf(posix)('is 0700 with umask 000 and with a umask that takes everything', async (context) => {
    const bundle = await bundled('src/files/output-folder.ts');
    for (const umask of [0o000, 0o777]) {
      const { root, folder } = request(temporaryFolder());
      const script = `
        process.umask(${umask});
        const tools = { platform: process.platform, random: require('crypto').randomBytes, sleep: async () => undefined };
        import(process.argv[1]).then(({ openOutputFolder }) =>
          openOutputFolder({ root: process.argv[2], folder: process.argv[3], files: [] }, tools)
            .then((opened) => process.exit(opened.private ? 77 : 1)));`;
      const status = straceNode([], ['-e', script, bundle, root, folder]);
      if (status === undefined) return context.skip('strace is not here or may not trace');
      expect(status).toBe(77);
      expect([modeOf(root), modeOf(folder)]).toEqual(['700', '700']);
    }
  });
});

describe('a prefix as a folder name', () => {
  test.each(['BSSDH_2025', 'a', 'Ключи 🔑', "R & D's", 'console', 'COM', 'com10', 'nul_', 'v1.2', '~x', 'Baklāne'])(
    '%j is fine',
    (name) => {
      expect(safeFolderName(name)).toEqual({ name });
    },
  );

  test.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['a/b', '/'],
    ['..', 'dot'],
    ['.git', 'dot'],
    ['a\\b', '\\'],
    ['a:b', ':'],
    ['what?', '?'],
    ['a\u0000b', 'control'],
    ['a\nb', 'control'],
    ['\ud800', 'control'],
    ['a\u202Eb', 'direction'],
    ['end.', 'ends'],
    ['end ', 'ends'],
    [' start', 'starts'],
    ['--force', 'hyphen'],
    ['CON', 'reserves'],
    ['nul.txt', 'reserves'],
    ['Com1', 'reserves'],
    ['LPT³.a.b', 'reserves'],
    ['ā'.repeat(51), 'longer'],
  ])('%j is refused with a reason', (name, reason) => {
    expect(safeFolderName(name)).toEqual({ problem: expect.stringContaining(reason) });
  });
});
