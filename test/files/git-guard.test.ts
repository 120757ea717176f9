import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
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

  test('no repository at all, where the real path cannot be told, as on a RAM disk of Windows', async () => {
    expect(await guard(join(temporaryFolder(), 'which realpath refuses'))).toEqual([]);
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
    expect(error.hint).toBe(`Run: git -C '${folder}' rm --cached ${name}`);
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
      'could not list the files',
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
    expect(await guardAgainstGit(slow)).toEqual([expect.stringContaining('timed out')]);
  });
});

describe('what a repository would run is not run', () => {
  /** A program that writes down that it ran, and with which environment. */
  function trap(): { program: string; caught: () => string | undefined } {
    const folder = join(tmpdir(), `orkeys-trap-${randomBytes(6).toString('hex')}`);
    mkdirSync(folder);
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const [program, log] = [join(folder, 'trap'), join(folder, 'caught')];
    writeFileSync(program, `#!/bin/sh\nenv >> ${log}\nexit 1\n`);
    chmodSync(program, 0o755);
    return { program, caught: () => (existsSync(log) ? readFileSync(log, 'utf8') : undefined) };
  }

  /** The blob of output/.gitignore is missing, its file is not checked out: git has to fetch it to tell what is ignored. */
  function withMissingBlob(repo: string): void {
    mkdirSync(join(repo, 'output'));
    writeFileSync(join(repo, 'output', '.gitignore'), '*\n');
    git(repo, 'add', '-f', 'output/.gitignore');
    git(repo, 'commit', '-q', '-m', 'first');
    git(repo, 'update-index', '--skip-worktree', 'output/.gitignore');
    const [id = ''] = execFileSync('git', ['-C', repo, 'ls-files', '-s', 'output/.gitignore'], {
      env,
      encoding: 'utf8',
    })
      .split(' ')
      .slice(1);
    rmSync(join(repo, '.git', 'objects', id.slice(0, 2), id.slice(2)));
    rmSync(join(repo, 'output', '.gitignore'));
    for (const [name, value] of [
      ['core.repositoryFormatVersion', '1'],
      ['extensions.partialClone', 'origin'],
      ['remote.origin.promisor', 'true'],
    ] as const)
      git(repo, 'config', name, value);
  }

  const ways: [string, (repo: string, program: string) => void][] = [
    [
      'core.sshCommand, for a missing blob',
      (repo, program) => {
        withMissingBlob(repo);
        git(repo, 'config', 'remote.origin.url', 'ssh://example.org/x.git');
        git(repo, 'config', 'core.sshCommand', program);
      },
    ],
    [
      'an ext:: address, for a missing blob',
      (repo, program) => {
        withMissingBlob(repo);
        git(repo, 'config', 'remote.origin.url', `ext::${program}`);
        git(repo, 'config', 'protocol.ext.allow', 'always');
      },
    ],
    [
      'an upload-pack of its own, for a missing blob',
      (repo, program) => {
        withMissingBlob(repo);
        git(repo, 'config', 'remote.origin.url', repo);
        git(repo, 'config', 'remote.origin.uploadpack', program);
        git(repo, 'config', 'protocol.file.allow', 'always');
      },
    ],
    [
      'core.gitProxy, for a missing blob',
      (repo, program) => {
        withMissingBlob(repo);
        git(repo, 'config', 'remote.origin.url', 'git://example.org/x.git');
        git(repo, 'config', 'core.gitProxy', program);
      },
    ],
    ['core.fsmonitor', (repo, program) => git(repo, 'config', 'core.fsmonitor', program)],
    [
      'core.fsmonitor of an included file',
      (repo, program) => {
        writeFileSync(join(repo, '.git', 'more'), `[core]\n\tfsmonitor = ${program}\n`);
        git(repo, 'config', `includeIf.gitdir:${repo}/.path`, 'more');
        git(repo, 'config', 'include.path', 'more');
      },
    ],
  ];
  test.each(ways)('%s', async (_, prepare) => {
    const { program, caught } = trap();
    const repo = repository();
    writeFileSync(join(repo, 'a.txt'), 'a');
    git(repo, 'add', 'a.txt');
    prepare(repo, program);
    mkdirSync(join(repo, 'output'), { recursive: true });
    await guard(join(repo, 'output'), { OPENROUTER_MANAGEMENT_KEY: 'sk-or-v1-test-management' }).catch(() => undefined);
    expect(caught()).toBeUndefined();
  });

  test('and git itself gets neither the keys nor any other variable that it does not need, and is told to run nothing', async () => {
    const programs = temporaryFolder();
    const seen = JSON.stringify(join(programs, 'seen'));
    writeFileSync(join(programs, 'git'), `#!/bin/sh\nenv > ${seen}\nprintf '%s\\n' "$@" > ${seen}.args\nexit 1\n`);
    chmodSync(join(programs, 'git'), 0o755);
    const secrets = {
      OPENROUTER_MANAGEMENT_KEY: 'sk-or-v1-test-1',
      MY_TOKEN: 't',
      GIT_SSH_COMMAND: 'x',
      LD_PRELOAD: '',
    };
    const folder = await outputIn(repository());
    await guard(folder, { ...secrets, PATH: `${programs}:/bin:/usr/bin` });
    const names = readFileSync(join(programs, 'seen'), 'utf8')
      .split('\n')
      .map((line) => line.split('=')[0]);
    const wanted = ['PATH', 'HOME', 'GIT_ALLOW_PROTOCOL', 'GIT_NO_LAZY_FETCH', 'GIT_OPTIONAL_LOCKS'];
    expect(names).toEqual(expect.arrayContaining(wanted));
    for (const name of Object.keys(secrets)) expect(names).not.toContain(name);
    // Nothing of this is used by what git is asked today; it is switched off all the same.
    const off = ['core.fsmonitor=false', `core.hooksPath=${devNull}`, 'core.sshCommand=false', 'credential.helper='];
    const args = readFileSync(join(programs, 'seen.args'), 'utf8').split('\n');
    expect(args).toEqual(expect.arrayContaining(['--no-pager', ...off]));
  });
});

describe('a repository that says its files are elsewhere', () => {
  test.each([
    ['core.bare', 'true'],
    ['core.worktree', '/'],
    ['core.worktree', 'nowhere'],
    ['core.worktree', '../output'],
  ])('%s=%s: what is tracked is refused all the same, and the doubt is told', async (name, value) => {
    const repo = repository();
    const folder = await outputIn(repo);
    mkdirSync(join(repo, '.git', 'nowhere'));
    const set = () => git(repo, 'config', name, value);
    set();
    expect(await guard(folder)).toEqual([expect.stringContaining('core.worktree or core.bare')]);
    git(repo, 'config', '--unset', name);
    writeFileSync(join(folder, 'keys.json'), 'x');
    git(folder, 'add', '-f', 'keys.json');
    set();
    expect(await errorOf(guard(folder))).toMatchObject({ code: 'git_tracked', exitCode: 6 });
  });
});
