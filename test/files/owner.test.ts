import { chmodSync, chownSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openAppendFile } from '../../src/files/append-file.ts';
import { openOutputFolder } from '../../src/files/output-folder.ts';
import { errorOf, fileTools, temporaryFolder } from './world.ts';

const root = process.platform !== 'win32' && process.geteuid?.() === 0;
const posix = process.platform !== 'win32';
/** somebody else's user id */
const SOMEBODY = 4711;

function journalIn(folder: string, mode = 0o600): string {
  const path = join(folder, 'journal.jsonl');
  writeFileSync(path, 'first\n');
  chmodSync(path, mode);
  return path;
}

describe('a journal', () => {
  test.runIf(posix).each([0o622, 0o602, 0o620])('that others can change (%o) is refused', async (mode) => {
    const path = journalIn(temporaryFolder(), mode);
    const error = await errorOf(openAppendFile(path, fileTools()));
    expect(error).toMatchObject({ code: 'writable_by_others', exitCode: 6, hint: `Run: chmod go-w '${path}'` });
    expect(statSync(path).mode & 0o777).toBe(mode);
    chmodSync(path, mode & ~0o022);
    await (await openAppendFile(path, fileTools())).close();
  });

  test.runIf(root)('that belongs to somebody else is refused, and stays as it is', async () => {
    const path = journalIn(temporaryFolder());
    chownSync(path, SOMEBODY, SOMEBODY);
    const error = await errorOf(openAppendFile(path, fileTools()));
    expect(error).toMatchObject({ code: 'not_yours', exitCode: 6 });
    expect(error.hint).toContain(`chown 0 '${path}'`);
    expect([statSync(path).uid, readFileSync(path, 'utf8')]).toEqual([SOMEBODY, 'first\n']);
  });

  test.runIf(root)('of the owner of the working folder is used by root, who is told', async () => {
    const cwd = temporaryFolder();
    const path = journalIn(cwd);
    for (const mine of [cwd, path]) chownSync(mine, SOMEBODY, SOMEBODY);
    const file = await openAppendFile(path, { ...fileTools(), cwd });
    expect(file.warning).toContain(`belongs to user ${SOMEBODY}`);
    await file.append('second');
    await file.close();
    chmodSync(path, 0o622);
    expect(await errorOf(openAppendFile(path, { ...fileTools(), cwd }))).toMatchObject({ code: 'writable_by_others' });
  });

  test('with a second name is refused, and the hint gives it one name again', async () => {
    const path = journalIn(temporaryFolder());
    linkSync(path, join(dirname(path), 'elsewhere'));
    const error = await errorOf(openAppendFile(path, fileTools()));
    expect(error).toMatchObject({ code: 'has_second_name', exitCode: 6, hint: expect.stringMatching(/^Run: cp -p /) });
    expect(readFileSync(path, 'utf8')).toBe('first\n');
  });

  test('on Windows is taken as it is: nothing can be told by its owner', async () => {
    const path = journalIn(temporaryFolder(), 0o666);
    const file = await openAppendFile(path, fileTools({ platform: 'win32' }));
    expect([file.private, file.warning]).toEqual([false, undefined]);
    await file.close();
  });
});

describe.runIf(posix)('an output folder', () => {
  function made(): { root: string; folder: string; files: string[] } {
    const folder = join(temporaryFolder(), 'output', 'W');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return { root: dirname(folder), folder, files: ['journal.jsonl'] };
  }

  test.each([
    ['the folder of the workshop', 'folder'],
    ['the folder above it', 'root'],
  ] as const)('is refused when others can change %s', async (_, which) => {
    const request = made();
    for (const mode of [0o777, 0o770, 0o702]) {
      chmodSync(request[which], mode);
      const error = await errorOf(openOutputFolder(request, fileTools()));
      expect(error).toMatchObject({ code: 'writable_by_others', hint: `Run: chmod go-w '${request[which]}'` });
    }
    chmodSync(request[which], 0o755);
    await openOutputFolder(request, fileTools());
  });

  test.runIf(root).each(['folder', 'root'] as const)(
    'is refused when its %s belongs to somebody else',
    async (which) => {
      const request = made();
      chownSync(request[which], SOMEBODY, SOMEBODY);
      expect(await errorOf(openOutputFolder(request, fileTools()))).toMatchObject({ code: 'not_yours', exitCode: 6 });
      chownSync(request[which], SOMEBODY, SOMEBODY);
      const cwd = temporaryFolder();
      chownSync(cwd, SOMEBODY, SOMEBODY);
      const { warnings } = await openOutputFolder(request, { ...fileTools(), cwd });
      expect(warnings).toEqual([expect.stringContaining(`${request[which]} belongs to user ${SOMEBODY}`)]);
    },
  );

  test.runIf(root)('may be below a shared folder where nobody can move the files of others', async () => {
    const request = made();
    chmodSync(request.root, 0o1777);
    expect(await openOutputFolder(request, fileTools())).toMatchObject({ warnings: [] });
  });

  test('may itself be a link, which is told; a workshop in it may not', async () => {
    const { root: real } = made();
    const root = join(temporaryFolder(), 'output');
    symlinkSync(real, root);
    const { warnings } = await openOutputFolder({ root, folder: join(root, 'W'), files: [] }, fileTools());
    expect(warnings).toEqual([`${root} is a link to ${real}.`]);
    symlinkSync(temporaryFolder(), join(root, 'V'));
    const error = await errorOf(openOutputFolder({ root, folder: join(root, 'V'), files: [] }, fileTools()));
    expect(error).toMatchObject({ code: 'output_is_link', exitCode: 6 });
  });
});
