import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cannotSaveError } from '../errors.ts';
import { makePrivate, syncFolder, writeAll } from './durable.ts';
import { type ProbingTools, requireOwn } from './owner.ts';
import { readBounded } from './safe-read.ts';
import { errnoOf, saveError } from './save-error.ts';
import { lookAtTarget, refusal } from './target.ts';

/** A file that only grows, line by line, and whose lines are on the disk when `append` resolves. For one process at a time. */
export interface AppendFile {
  readonly path: string;
  /** false where the system has no file modes: others may be able to read it */
  readonly private: boolean;
  /** what the user should know about whose it is */
  readonly warning: string | undefined;
  /** Adds one line (without its line break). Throws CliError (exit 6); after a failure every later append is refused. */
  append(line: string): Promise<void>;
  /** Cuts the file to its first bytes: a torn last line. */
  truncateTo(bytes: number): Promise<void>;
  /** Bounded like every read of a journal. */
  readWhole(): Promise<Uint8Array>;
  /** Waits for what was appended, then closes; more than once is harmless. */
  close(): Promise<void>;
}

interface Pending {
  bytes: Uint8Array;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Opens or creates a file readable for its owner alone; refuses links, folders, pipes and devices, and a file that is not the
 * user's own or that others can write to.
 */
export async function openAppendFile(path: string, tools: ProbingTools): Promise<AppendFile> {
  await lookAtTarget(path);
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, openFlags(tools.platform), 0o600);
    const found = await handle.stat();
    if (!found.isFile()) throw refusal(path, found);
    const warning = await requireOwn(path, found, tools);
    const isPrivate = await makePrivate(handle, tools.platform);
    await handle.sync();
    await syncFolder(dirname(path), tools.platform);
    return new DurableLines({ path, handle, isPrivate, warning, platform: tools.platform }, found.size);
  } catch (error) {
    await handle?.close().catch(() => undefined);
    throw saveError(error, path);
  }
}

/**
 * With O_APPEND bytes land at the end whatever else happens; but Windows then forbids to cut the file, so there the position
 * decides. O_NOFOLLOW and O_NONBLOCK, against a link or pipe put there meanwhile, are unknown to Windows: undefined is 0 here.
 */
function openFlags(platform: NodeJS.Platform): number {
  const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
  return O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | (platform === 'win32' ? 0 : O_APPEND);
}

interface OpenedFile {
  path: string;
  handle: FileHandle;
  isPrivate: boolean;
  warning: string | undefined;
  platform: NodeJS.Platform;
}

class DurableLines implements AppendFile {
  readonly path: string;
  readonly private: boolean;
  readonly warning: string | undefined;
  readonly #handle: FileHandle;
  readonly #platform: NodeJS.Platform;
  /** bytes up to the end of the last line that is known to be on the disk */
  #length: number;
  #waiting: Pending[] = [];
  #work: Promise<void> = Promise.resolve();
  #broken: Error | undefined;
  #closed: Promise<void> | undefined;

  constructor({ path, handle, isPrivate, warning, platform }: OpenedFile, length: number) {
    this.path = path;
    this.#handle = handle;
    this.#length = length;
    this.private = isPrivate;
    this.warning = warning;
    this.#platform = platform;
  }

  append(line: string): Promise<void> {
    if (/[\n\r]/.test(line)) return Promise.reject(new Error('A line to append must not contain line breaks.'));
    if (this.#closed !== undefined) return Promise.reject(new Error(`${this.path} is closed.`));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes: Buffer.from(`${line}\n`), resolve, reject });
      if (this.#waiting.length === 1) this.#work = this.#work.then(() => this.#writeWaiting());
    });
  }

  truncateTo(bytes: number): Promise<void> {
    const cut = this.#work.then(async () => {
      if (this.#broken !== undefined) throw this.#broken;
      await this.#cut(bytes);
      this.#length = bytes;
    });
    this.#work = cut.catch(() => undefined);
    return cut.catch((error: unknown) => {
      throw saveError(error, this.path);
    });
  }

  async readWhole(): Promise<Uint8Array> {
    await this.#work;
    try {
      return await readBounded(this.#handle, this.path);
    } catch (error) {
      throw saveError(error, this.path);
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#work.then(() => this.#handle.close());
    return this.#closed;
  }

  /** Lines that came while an earlier sync was under way share the next one, and a write. Never rejects. */
  async #writeWaiting(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    const written: Pending[] = [];
    let end = this.#length;
    let failure = this.#broken;
    try {
      end = Math.max(end, await this.#appendPosition());
    } catch (error) {
      failure ??= await this.#break(error, end);
    }
    if (failure === undefined && lines.length > 1) {
      const all = Buffer.concat(lines.map(({ bytes }) => bytes));
      try {
        await writeAll(this.#handle, all, end);
        end += all.length;
        written.push(...lines);
      } catch {
        // There may be room for some of them, which the loop finds out.
        await this.#cut(end).catch(async (error: unknown) => {
          failure = await this.#break(error, end);
        });
      }
    }
    for (const line of lines.slice(written.length)) {
      if (failure !== undefined) break;
      try {
        await writeAll(this.#handle, line.bytes, end);
        end += line.bytes.length;
        written.push(line);
      } catch (error) {
        failure = await this.#break(error, end);
      }
    }
    if (written.length > 0) {
      try {
        await this.#handle.datasync();
        this.#length = await this.#checkPlace(end);
      } catch (error) {
        failure = await this.#break(error, this.#length);
        written.length = 0;
      }
    }
    for (const line of written) line.resolve();
    if (failure !== undefined) for (const line of lines.slice(written.length)) line.reject(failure);
  }

  /** Where the position decides, another program may have appended since the last line: its bytes are not overwritten. */
  async #appendPosition(): Promise<number> {
    return this.#platform === 'win32' ? (await this.#handle.stat()).size : 0;
  }

  /** A synced line is worth nothing in a file that no name leads to any more. Returns the file's length. */
  async #checkPlace(end: number): Promise<number> {
    const open = await this.#handle.stat({ bigint: true });
    if (open.nlink === 0n) throw this.#vanished('was deleted during the run');
    if (open.size < BigInt(end)) throw this.#vanished('was truncated by another program during the run');
    const named = await stat(this.path, { bigint: true }).catch((error: unknown) => {
      throw errnoOf(error) === 'ENOENT' ? this.#vanished('was moved away during the run') : error;
    });
    // Inode numbers of Windows network drives are not reliable.
    if (this.#platform !== 'win32' && (named.ino !== open.ino || named.dev !== open.dev)) {
      throw this.#vanished('was replaced by another file during the run');
    }
    return Number(open.size);
  }

  #vanished(what: string): Error {
    return cannotSaveError('output_vanished', `Cannot save ${this.path}: it ${what}.`, {
      hint: 'Restore the file, then run the same command again. Do not change the output folder during a run.',
    });
  }

  /** From now on nothing is appended: what follows a torn line could not be trusted. */
  async #break(error: unknown, goodLength: number): Promise<Error> {
    this.#broken = saveError(error, this.path);
    try {
      // Cutting at a point beyond the end would add zeros.
      if ((await this.#handle.stat()).size > goodLength) await this.#cut(goodLength);
    } catch {
      // The first failure is the one to tell; the reader of the file cuts a torn last line anyway.
    }
    return this.#broken;
  }

  async #cut(length: number): Promise<void> {
    await this.#handle.truncate(length);
    await this.#handle.sync();
  }
}
