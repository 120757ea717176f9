import { execFile } from 'node:child_process';
import { realpath, stat } from 'node:fs/promises';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';
import { harmlessEnvironment } from '../child-environment.ts';
import { type CliError, cannotSaveError } from '../errors.ts';
import { quoteArgument } from '../shell.ts';
import { ignoresItself } from './gitignore.ts';

export interface GitGuardRequest {
  /** absolute; exists */
  folder: string;
  /** names in `folder` that will hold secrets */
  files: readonly string[];
  /** the process's environment: PATH to find git */
  env: Readonly<Record<string, string | undefined>>;
  /** ms that each question to git may take; 10 s */
  patience?: number;
}

/** stands for the temporary names that results have on their way into place */
const TEMPORARY = '.orkeys-0000000000000000.tmp';

/**
 * Refuses (CliError, exit 6) to write secrets where git tracks them or would add them with `git add`.
 * Asks git itself; where git is missing or gives no answer, the folder's own ignore file decides, and a sentence says so.
 */
export async function guardAgainstGit(request: GitGuardRequest): Promise<string[]> {
  const { folder } = request;
  // Without a repository git need not be asked: on a Mac without developer tools the question opens a window.
  const root = await repositoryAbove(await realpath(folder).catch(() => folder));
  if (root === undefined) return [];
  const inside = await askGit(request, [
    'rev-parse',
    '--is-inside-work-tree',
    '--is-inside-git-dir',
    '--absolute-git-dir',
  ]);
  if (inside.status === undefined) return relyOnIgnoreFile(folder, inside.why);
  if (inside.status !== 0) {
    const foreign = /dubious ownership/.test(inside.err);
    return relyOnIgnoreFile(
      folder,
      foreign ? 'the git repository belongs to another user' : 'git could not read the repository',
    );
  }
  const [inWorkTree, inGitDir, gitDir = ''] = inside.out.trimEnd().split(/\r?\n/);
  // Git tracks nothing inside of a .git folder or a bare repository.
  if (inGitDir === 'true') return [];
  const asConfigured = inWorkTree === 'true' ? await checkFiles(request, []) : [];
  if (inWorkTree === 'true' && (await isTopLevel(request, root))) return asConfigured;
  // The repository's own core.worktree or core.bare points elsewhere, and may be taken back at any time.
  const asFound = await checkFiles(request, [`--git-dir=${gitDir}`, `--work-tree=${root}`]);
  return [
    ...new Set([...asConfigured, ...asFound]),
    `The git repository in ${root} says that its files are elsewhere (core.worktree or core.bare); an output folder outside it is safer.`,
  ];
}

/** Throws when git tracks one of the files or does not ignore all; `place` overrides where the repository says it is. */
async function checkFiles(request: GitGuardRequest, place: readonly string[]): Promise<string[]> {
  const { folder, files } = request;
  const tracked = await askGit(request, [
    ...place,
    '--icase-pathspecs',
    '--noglob-pathspecs',
    'ls-files',
    '-z',
    '--',
    ...files,
  ]);
  if (tracked.status === 0 && tracked.out !== '') throw trackedError(folder, namesIn(tracked.out));
  const all = [...files, TEMPORARY];
  const ignored = await askGit(request, [...place, 'check-ignore', '-z', '--stdin'], all.join('\0'));
  if (tracked.status !== 0 || (ignored.status !== 0 && ignored.status !== 1)) {
    return relyOnIgnoreFile(folder, 'git could not list the files it tracks');
  }
  const names = new Set(namesIn(ignored.out));
  const open = all.filter((name) => !names.has(name));
  if (open.length > 0) throw notIgnoredError(folder, open);
  return [];
}

async function isTopLevel(request: GitGuardRequest, root: string): Promise<boolean> {
  const { status, out } = await askGit(request, ['rev-parse', '--show-toplevel']);
  if (status !== 0) return false;
  const top = out.replace(/\r?\n$/, '');
  return (await realpath(top).catch(() => top)) === root;
}

interface Answer {
  /** undefined: git could not be run or did not end */
  status: number | undefined;
  why: string;
  out: string;
  err: string;
}

/** Runs git without prompts, network, hooks or monitors of the repository's own choosing, and not for ever. */
function askGit(request: GitGuardRequest, args: readonly string[], input = ''): Promise<Answer> {
  // Windows looks for programs in the working folder first, and that folder may be anybody's; so may the one in which this program lies.
  const options = {
    cwd: request.env.SystemRoot ?? dirname(process.execPath),
    env: gitEnvironment(request.env),
    timeout: request.patience ?? 10_000,
    killSignal: 'SIGKILL',
    maxBuffer: 16_000_000,
    windowsHide: true,
  } as const;
  return new Promise((resolve) => {
    const child = execFile(
      'git',
      ['--no-pager', '-C', request.folder, ...HARMLESS_CONFIG, ...args],
      options,
      (error, out, err) => {
        if (error === null) return resolve({ status: 0, why: '', out, err });
        const status = typeof error.code === 'number' ? error.code : undefined;
        const why = error.killed === true ? 'git timed out' : 'git is not installed';
        resolve({ status, why, out, err });
      },
    );
    // Git that is missing or ended early does not read it; `error` above tells.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

/** What a repository's own configuration could make git run. */
const HARMLESS_CONFIG = [
  'core.fsmonitor=false',
  `core.hooksPath=${devNull}`,
  'core.sshCommand=false',
  'credential.helper=',
].flatMap((setting) => ['-c', setting]);

/**
 * No variable of ours is passed on unless it is harmless: a repository may name programs, and the environment holds keys.
 * A missing object would be fetched by whatever program the repository names, so no protocol is allowed.
 */
function gitEnvironment(env: GitGuardRequest['env']): Record<string, string | undefined> {
  return {
    ...harmlessEnvironment(env),
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
  };
}

function namesIn(out: string): string[] {
  return out.split('\0').filter((name) => name !== '');
}

/** The nearest folder, from `folder` upwards, with a `.git` in it. */
async function repositoryAbove(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await stat(join(at, '.git')).catch(() => undefined);
    if (found !== undefined) return at;
    if (dirname(at) === at) return undefined;
  }
}

async function relyOnIgnoreFile(folder: string, why: string): Promise<string[]> {
  if (await ignoresItself(folder)) {
    return [`Cannot check whether git tracks ${folder} (${why}); its .gitignore ignores everything in it.`];
  }
  throw cannotSaveError(
    'git_unchecked',
    `Git may track the keys in ${folder}: ${why}, and no .gitignore ignores them.`,
    {
      hint: `Add a .gitignore with the line "*" to ${folder}, or use a folder outside the repository.`,
    },
  );
}

function trackedError(folder: string, names: string[]): CliError {
  return cannotSaveError(
    'git_tracked',
    `Git tracks ${names.join(', ')} in ${folder}: secrets would end up in the git history.`,
    {
      hint: `Run: git -C ${quoteArgument(folder)} rm --cached ${names.map((name) => quoteArgument(name)).join(' ')}`,
    },
  );
}

function notIgnoredError(folder: string, names: string[]): CliError {
  return cannotSaveError(
    'git_not_ignored',
    `Git does not ignore ${names.join(', ')} in ${folder}: secrets could be committed.`,
    {
      hint: `Add the line "*" at the end of ${join(folder, '.gitignore')}, or use a folder outside the repository.`,
    },
  );
}
