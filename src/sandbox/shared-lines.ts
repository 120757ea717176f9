import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';

const LINE_END = 0x0a;
/** a text cannot be longer */
const MOST_BYTES = 500_000_000;
/** Ends a line that was cut, so that what follows it can be read. No JSON contains it. */
const CANCEL = '\u0018';

/**
 * Lines of one file to which several processes append at the same time, without a lock: each line is one write to the end, which the
 * system does not mix with another's, and all processes read the lines in the order of the file. Local disks only.
 */
export class SharedLines {
  readonly #path: string;
  #reading: number | undefined;
  #writing: number | undefined;
  #position = 0;
  /** bytes after the last line end: a line that was cut, or one that is being written */
  #rest = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** what follows the last whole line */
  get rest(): string {
    return this.#rest.toString('utf8');
  }

  /** Whole lines that were added since the last call, by whomever; none where there is no file. */
  read(): string[] {
    const bytes = Buffer.concat([this.#rest, this.#readOn()]);
    const end = bytes.lastIndexOf(LINE_END) + 1;
    this.#rest = bytes.subarray(end);
    const lines = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
    return lines.filter((line) => !line.endsWith(CANCEL));
  }

  /** When it returns, the line is in the file whole. Throws Node's own error where it cannot be. */
  append(line: string): void {
    this.#writing ??= openSync(this.#path, 'a', 0o600);
    const start = this.#rest.length > 0 ? `${CANCEL}\n` : '';
    const bytes = Buffer.from(`${start}${line}\n`);
    if (writeSync(this.#writing, bytes) === bytes.length) return;
    // What was written of it is found by the next read, and ended by the next append.
    throw new Error(`${this.#path}: the disk is full`);
  }

  close(): void {
    for (const file of [this.#reading, this.#writing]) if (file !== undefined) closeSync(file);
    this.#reading = undefined;
    this.#writing = undefined;
  }

  #readOn(): Buffer {
    this.#reading ??= openIfThere(this.#path);
    if (this.#reading === undefined) return Buffer.alloc(0);
    const fresh = Buffer.alloc(Math.max(0, fstatSync(this.#reading).size - this.#position));
    const read = fresh.length === 0 ? 0 : readSync(this.#reading, fresh, 0, fresh.length, this.#position);
    this.#position += read;
    return fresh.subarray(0, read);
  }
}

/** Opened without waiting: a named pipe that nobody writes to would block even the signals. */
function openIfThere(path: string): number | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const found = fstatSync(file);
  if (found.isFile() && found.size <= MOST_BYTES) return file;
  closeSync(file);
  throw new Error(`${path} is ${found.isFile() ? 'larger than 500 MB' : 'not a regular file'}`);
}
