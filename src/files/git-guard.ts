import { execFile } from 'node:child_process';
import { realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CliError, cannotSaveError } from '../errors.ts';
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
 * Refuses (CliError, exit 6) to write secrets where git has them in its index or would take them up with `git add`.
 * Asks git itself; where it is missing or will not tell, the folder's own ignore file has to do, and a sentence says so.
 */
export async function guardAgainstGit(request: GitGuardRequest): Promise<string[]> {
  const { folder, files } = request;
  // Without a repository git need not be asked: on a Mac without developer tools the question opens a window.
  if (!(await hasRepositoryAbove(await realpath(folder)))) return [];
  const inside = await askGit(request, ['rev-parse', '--is-inside-work-tree']);
  if (inside.status === 0) {
    // Inside of a .git folder or a bare repository there is nothing that git would track.
    if (inside.out.trim() !== 'true') return [];
    const tracked = await askGit(request, [
      '--icase-pathspecs',
      '--noglob-pathspecs',
      'ls-files',
      '-z',
      '--',
      ...files,
    ]);
    if (tracked.status === 0 && tracked.out !== '') throw trackedError(folder, namesIn(tracked.out));
    const all = [...files, TEMPORARY];
    const ignored = await askGit(request, ['check-ignore', '-z', '--stdin'], all.join('\0'));
    if (tracked.status === 0 && (ignored.status === 0 || ignored.status === 1)) {
      const names = new Set(namesIn(ignored.out));
      const open = all.filter((name) => !names.has(name));
      if (open.length > 0) throw notIgnoredError(folder, open);
      return [];
    }
    return relyOnIgnoreFile(folder, 'git could not tell what it tracks there');
  }
  if (inside.status === undefined) return relyOnIgnoreFile(folder, inside.why);
  if (/dubious ownership/.test(inside.err))
    return relyOnIgnoreFile(folder, 'the git repository belongs to another user');
  return relyOnIgnoreFile(folder, 'git could not read the repository around it');
}

interface Answer {
  /** undefined: git could not be run or did not end */
  status: number | undefined;
  why: string;
  out: string;
  err: string;
}

/** Runs git without prompts, without hooks and monitors of the repository's own choosing, and not for ever. */
function askGit(request: GitGuardRequest, args: readonly string[], input = ''): Promise<Answer> {
  // Windows looks for programs in the working folder first, and that folder may be anybody's.
  const options = {
    cwd: dirname(process.execPath),
    env: gitEnvironment(request.env),
    timeout: request.patience ?? 10_000,
    killSignal: 'SIGKILL',
    maxBuffer: 16_000_000,
    windowsHide: true,
  } as const;
  return new Promise((resolve) => {
    const child = execFile(
      'git',
      ['-C', request.folder, '-c', 'core.fsmonitor=false', ...args],
      options,
      (error, out, err) => {
        if (error === null) return resolve({ status: 0, why: '', out, err });
        const status = typeof error.code === 'number' ? error.code : undefined;
        const why = error.killed === true ? 'git did not answer in time' : 'git is not installed';
        resolve({ status, why, out, err });
      },
    );
    // Git that is missing or ended early does not read it; `error` above tells.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

/** Without GIT_DIR, GIT_INDEX_FILE and their like, which git hooks set: they would speak of another repository. */
function gitEnvironment(env: GitGuardRequest['env']): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => !/^git_/i.test(name));
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
}

function namesIn(out: string): string[] {
  return out.split('\0').filter((name) => name !== '');
}

async function hasRepositoryAbove(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await stat(join(at, '.git')).catch(() => undefined);
    if (found !== undefined) return true;
    if (dirname(at) === at) return false;
  }
}

async function relyOnIgnoreFile(folder: string, why: string): Promise<string[]> {
  if (await ignoresItself(folder)) {
    return [
      `Whether git tracks ${folder} could not be checked (${why}); its .gitignore tells git to ignore everything in it.`,
    ];
  }
  throw cannotSaveError(
    'git_unchecked',
    `Git might track the keys in ${folder}: ${why}, and no .gitignore there ignores them.`,
    {
      hint: `Put a .gitignore with a line "*" into ${folder}, or choose a folder outside of the repository.`,
    },
  );
}

function trackedError(folder: string, names: string[]): CliError {
  return cannotSaveError(
    'git_tracked',
    `Git tracks ${names.join(', ')} in ${folder}: secrets would get into its history.`,
    {
      hint: `Run: git -C ${quote(folder)} rm --cached ${names.map(quote).join(' ')}`,
    },
  );
}

function notIgnoredError(folder: string, names: string[]): CliError {
  return cannotSaveError(
    'git_not_ignored',
    `Git does not ignore ${names.join(', ')} in ${folder}: secrets could be committed.`,
    {
      hint: `Put a line "*" at the end of ${join(folder, '.gitignore')}, or choose a folder outside of the repository.`,
    },
  );
}

function quote(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : JSON.stringify(word);
}
