import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guardAgainstGit } from '../../src/files/git-guard.ts';
import { openOutputFolder } from '../../src/files/output-folder.ts';
import { errorOf, fileTools, temporaryFolder } from './world.ts';

const FILES = ['journal.jsonl', 'keys.json', 'keys.xlsx', 'problems.xlsx'];
const env = { PATH: process.env.PATH, HOME: '/nowhere', GIT_CONFIG_NOSYSTEM: '1' };

function git(folder: string, ...args: string[]): void {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'protocol.file.allow=always'];
  execFileSync('git', ['-C', folder, ...identity, ...args], { env, stdio: 'pipe' });
}

function repository(): string {
  const folder = temporaryFolder();
  git(folder, 'init', '-q');
  return folder;
}

async function outputIn(repo: string): Promise<string> {
  const root = join(repo, 'output');
  const folder = join(root, 'BSSDH & Ко');
  await openOutputFolder({ root, folder, files: FILES }, fileTools());
  return folder;
}

const guard = (folder: string, changes: Record<string, string> = {}) =>
  guardAgainstGit({ folder, files: FILES, env: { ...env, ...changes } });

describe('the output folder that ignores itself passes in', () => {
  test('no repository at all, with git and without', async () => {
    const folder = await outputIn(temporaryFolder());
    expect(await guard(folder)).toEqual([]);
    expect(await guard(folder, { PATH: '/nowhere' })).toEqual([]);
  });

  test('a repository, also one whose ignore file lets keys back in', async () => {
    const repo = repository();
    writeFileSync(join(repo, '.gitignore'), '!keys.json\n!output/\n!*.xlsx\n!**/journal.jsonl\n');
    expect(await guard(await outputIn(repo))).toEqual([]);
  });

  test('a linked worktree and a submodule, whose .git is a file', async () => {
    const repo = repository();
    git(repo, 'commit', '-q', '--allow-empty', '-m', 'first');
    const linked = join(temporaryFolder(), 'linked');
    git(repo, 'worktree', 'add', '-q', linked);
    expect(await guard(await outputIn(linked))).toEqual([]);
    const outer = repository();
    git(outer, 'submodule', '--quiet', 'add', repo, 'part');
    expect(await guard(await outputIn(join(outer, 'part')))).toEqual([]);
  });

  test('a folder inside of .git, which git does not track', async () => {
    const repo = repository();
    expect(await guard(await outputIn(join(repo, '.git')))).toEqual([]);
  });
});

describe('secrets are refused', () => {
  test.each(FILES)('where %s is tracked already, and the way out is told', async (name) => {
    const repo = repository();
    const folder = await outputIn(repo);
    writeFileSync(join(folder, name), 'x');
    git(folder, 'add', '-f', name);
    const error = await errorOf(guard(folder));
    expect(error).toMatchObject({ code: 'git_tracked', exitCode: 6 });
    expect(error.message).toContain(name);
    expect(error.hint).toBe(`Run: git -C ${JSON.stringify(folder)} rm --cached ${name}`);
    git(folder, 'rm', '-q', '--cached', name);
    expect(await guard(folder)).toEqual([]);
  });

  test('where a name differing only in case is tracked', async () => {
    const repo = repository();
    const folder = await outputIn(repo);
    writeFileSync(join(folder, 'Keys.JSON'), 'x');
    git(folder, 'add', '-f', 'Keys.JSON');
    expect(await errorOf(guard(folder))).toMatchObject({ code: 'git_tracked' });
  });

  test('where a tracked name is tracked in a linked worktree', async () => {
    const repo = repository();
    const folder = await outputIn(repo);
    writeFileSync(join(folder, 'keys.json'), 'x');
    git(folder, 'add', '-f', 'keys.json');
    git(repo, 'commit', '-q', '-m', 'oops');
    const linked = join(temporaryFolder(), 'linked');
    git(repo, 'worktree', 'add', '-q', linked);
    expect(await errorOf(guard(await outputIn(linked)))).toMatchObject({ code: 'git_tracked' });
  });

  test.each([
    ['nothing is ignored', undefined],
    ['an inner ignore file lets them back in', '*\n!keys.json\n'],
    ['an inner ignore file names only some', 'keys.json\n'],
    ['all but the temporary names is ignored', FILES.join('\n')],
  ])('where %s', async (_, text) => {
    const folder = join(repository(), 'output');
    mkdirSync(folder);
    if (text !== undefined) writeFileSync(join(folder, '.gitignore'), text);
    const error = await errorOf(guard(folder));
    expect(error).toMatchObject({ code: 'git_not_ignored', exitCode: 6 });
    expect(error.hint).toContain(join(folder, '.gitignore'));
  });

  test('where the folder is reached through a link', async () => {
    const folder = join(repository(), 'output');
    mkdirSync(folder);
    const link = join(temporaryFolder(), 'link');
    symlinkSync(folder, link);
    expect(await errorOf(guard(link))).toMatchObject({ code: 'git_not_ignored' });
  });

  test('whatever GIT_ variables say, as in a hook', async () => {
    const elsewhere = repository();
    writeFileSync(join(elsewhere, '.git', 'info', 'exclude'), '*\n');
    const repo = repository();
    const folder = join(repo, 'output');
    mkdirSync(folder);
    const hook = { GIT_DIR: join(elsewhere, '.git'), GIT_WORK_TREE: repo };
    expect(await errorOf(guard(folder, hook))).toMatchObject({ code: 'git_not_ignored' });
    writeFileSync(join(folder, 'keys.json'), 'x');
    git(folder, 'add', 'keys.json');
    writeFileSync(join(folder, '.gitignore'), '*\n');
    expect(await errorOf(guard(folder, { GIT_INDEX_FILE: '/nowhere' }))).toMatchObject({ code: 'git_tracked' });
  });
});

describe('where git cannot tell, our own ignore file counts and a sentence says so:', () => {
  test.each<[string, string, (repo: string) => Record<string, string>]>([
    ['git is not installed', 'not installed', () => ({ PATH: '/nowhere' })],
    [
      'the repository is broken',
      'could not read',
      (repo) => {
        rmSync(join(repo, '.git', 'HEAD'));
        return {};
      },
    ],
    [
      'its index is broken',
      'could not tell',
      (repo) => {
        writeFileSync(join(repo, '.git', 'index'), 'garbage, long enough to be read as an index');
        return {};
      },
    ],
    [
      'it belongs to another user',
      'belongs to another user',
      (repo) => {
        execFileSync('chown', ['-R', '12345', repo]);
        return {};
      },
    ],
  ])('%s', async (_, words, harm) => {
    const repo = repository();
    const folder = await outputIn(repo);
    const changes = harm(repo);
    expect(await guard(folder, changes)).toEqual([expect.stringContaining(words)]);
    rmSync(join(folder, '.gitignore'));
    expect(await errorOf(guard(folder, changes))).toMatchObject({ code: 'git_unchecked', exitCode: 6 });
  });

  test('git hangs: it is not waited for', async () => {
    const folder = await outputIn(repository());
    const programs = temporaryFolder();
    writeFileSync(join(programs, 'git'), '#!/bin/sh\nsleep 60\n');
    chmodSync(join(programs, 'git'), 0o755);
    const slow = { folder, files: FILES, env: { PATH: `${programs}:/bin:/usr/bin` }, patience: 100 };
    expect(await guardAgainstGit(slow)).toEqual([expect.stringContaining('did not answer in time')]);
  });
});
