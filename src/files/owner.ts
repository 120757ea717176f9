import type { Stats } from 'node:fs';
import { open, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type CliError, cannotSaveError } from '../errors.ts';
import { quoteArgument } from '../shell.ts';
import { temporaryPath } from './temporary.ts';

/** What tells whose file something is. */
export interface OwnerTools {
  platform: NodeJS.Platform;
  /** the working folder: as root, whoever owns it is trusted as well */
  cwd: string;
}

/** … and can make a file to see whether files have owners at all. */
export interface ProbingTools extends OwnerTools {
  random(bytes: number): Uint8Array;
}

/** What is wrong with whose something is; or, where nothing is, what the user should know. */
export type OwnerVerdict = { error: CliError } | { note: string | undefined };

/**
 * Refuses (CliError, exit 6) a file or folder that is not the user's own, that others can write to, or that has a second
 * name: whoever can change it would choose what happens to the secrets in it. Returns what the user should know.
 * Where files have no owners (Windows, FAT) nothing can be told by them: a file that is made there shows it.
 */
export async function requireOwn(path: string, found: Stats, tools: ProbingTools): Promise<string | undefined> {
  const verdict = await judgeOwner(path, found, tools);
  if ('note' in verdict) return verdict.note;
  const folder = found.isDirectory() ? path : dirname(path);
  if (verdict.error.code === 'has_second_name' || (await hasOwners(folder, tools.random))) throw verdict.error;
  return undefined;
}

/** The same without writing anything; so on a disk without owners it may blame somebody. */
export async function judgeOwner(path: string, found: Stats, { platform, cwd }: OwnerTools): Promise<OwnerVerdict> {
  if (found.isFile() && found.nlink > 1) return { error: secondNameError(path) };
  const me = platform === 'win32' ? undefined : process.geteuid?.();
  if (me === undefined) return { note: undefined };
  const isMine = found.uid === me;
  if (!isMine && !(me === 0 && found.uid === (await stat(cwd)).uid))
    return { error: foreignError(path, found.uid, me) };
  if ((found.mode & 0o022) !== 0) return { error: writableError(path) };
  if (isMine) return { note: undefined };
  return { note: `${path} belongs to user ${found.uid}, the owner of the working folder; you work as root.` };
}

/** The folder above ours: it may be a shared one like /tmp, where nobody can move what belongs to somebody else. */
export async function requireSafeParent(path: string, found: Stats, tools: ProbingTools): Promise<string | undefined> {
  return isSafeParent(found) ? undefined : requireOwn(path, found, tools);
}

/**
 * What `requireOwn`, or `requireSafeParent` for a folder above ours, will say, for dry runs, which write nothing. Whether files
 * have owners here shows only when one is made; so what depends on that is a sentence, not an error.
 */
export async function foreseeOwner(path: string, tools: OwnerTools, above = false): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found || (above && isSafeParent(found))) return undefined;
  const verdict = await judgeOwner(path, found, tools);
  if ('note' in verdict) return verdict.note;
  if (verdict.error.code === 'has_second_name') throw verdict.error;
  return `A run is likely to stop: ${verdict.error.message} ${verdict.error.hint ?? ''}`.trim();
}

function isSafeParent({ uid, mode }: Stats): boolean {
  const isSticky = (mode & 0o1000) !== 0;
  return uid === 0 && (isSticky || (mode & 0o022) === 0);
}

/** Whether a file that is made here is ours, and for us alone. A disk without owners shows the same for every file. */
async function hasOwners(folder: string, random: (bytes: number) => Uint8Array): Promise<boolean> {
  const path = temporaryPath(folder, random);
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      const { uid, mode } = await handle.stat();
      return uid === process.geteuid?.() && (mode & 0o077) === 0;
    } finally {
      await handle.close();
      await unlink(path);
    }
  } catch {
    // Where nothing can be made, somebody is the owner, and it is not us.
    return true;
  }
}

function foreignError(path: string, uid: number, me: number): CliError {
  const chown = `chown ${me} ${quoteArgument(path)}`;
  return cannotSaveError('not_yours', `Cannot save keys in ${path}: it belongs to another user (${uid}).`, {
    hint: `Use another output folder with --out. If it should be yours, run: ${me === 0 ? chown : `sudo ${chown}`}`,
  });
}

function writableError(path: string): CliError {
  return cannotSaveError('writable_by_others', `Cannot save keys in ${path}: other users can change it.`, {
    hint: `Run: chmod go-w ${quoteArgument(path)}`,
  });
}

function secondNameError(path: string): CliError {
  const [name, copy] = [quoteArgument(path), quoteArgument(`${path}.copy`)];
  return cannotSaveError('has_second_name', `Cannot save keys in ${path}: the file has a second name (a hard link).`, {
    hint: `Run: cp -p ${name} ${copy} && mv ${copy} ${name}`,
  });
}
