import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileTools, writePrivateFile } from '../files/private-file.ts';
import type { SealedBody } from '../sealed-log/sealed-chain.ts';
import type { LogName } from './log-keeper.ts';
import { readIfExists } from './read-if-exists.ts';

/**
 * A log of a shared workshop as this computer saw it: the encrypted lines as they came. It makes opening fast, is the memory against a
 * database that forgets, and a backup.
 */
export interface Mirror {
  generation: number;
  /** from 0 on, without a gap */
  bodies: SealedBody[];
  /** the last line that was seen, also after a gap */
  last: SealedBody | undefined;
  /** whether there is anything in it that the bodies do not have: a torn line, an older generation */
  isUntidy: boolean;
}

export function mirrorPath(folder: string, log: LogName): string {
  return join(folder, `mirror-${log}.txt`);
}

export const MIRROR_FILE = /^mirror-(?:journal|usage|handouts)\.txt$/;

export async function readMirror(path: string): Promise<Mirror> {
  const bytes = await readIfExists(path);
  const text = Buffer.from(bytes ?? new Uint8Array()).toString('latin1');
  const mirror: Mirror = { generation: 0, bodies: [], last: undefined, isUntidy: false };
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [generation, seq, body] = fieldsOf(line);
    if (body === undefined || generation < mirror.generation) {
      mirror.isUntidy = true;
      continue;
    }
    if (generation > mirror.generation) {
      Object.assign(mirror, { generation, bodies: [], last: undefined, isUntidy: mirror.generation > 0 });
    }
    if (mirror.last === undefined || seq > mirror.last.seq) mirror.last = { seq, body };
    if (seq === mirror.bodies.length) mirror.bodies.push({ seq, body });
    else mirror.isUntidy = true;
  }
  return mirror;
}

function fieldsOf(line: string): [generation: number, seq: number, body: Uint8Array | undefined] {
  const [generation = '', seq = '', body = '', more] = line.split(' ');
  const isWhole = /^\d+$/.test(generation) && /^\d+$/.test(seq) && more === undefined && body.endsWith('.');
  return [Number(generation), Number(seq), isWhole ? Buffer.from(body.slice(0, -1), 'base64') : undefined];
}

/** The dot tells a whole line from a torn one. */
function textOf(generation: number, bodies: readonly SealedBody[]): string {
  return bodies.map(({ seq, body }) => `${generation} ${seq} ${Buffer.from(body).toString('base64')}.\n`).join('');
}

export async function rewriteMirror(
  path: string,
  generation: number,
  bodies: readonly SealedBody[],
  tools: FileTools,
): Promise<void> {
  await writePrivateFile(path, Buffer.from(textOf(generation, bodies)), tools);
}

/** Adds what was just stored. What does not reach it is fetched again: the database has it. */
export class MirrorWriter {
  readonly #path: string;
  readonly #generation: number;
  #handle: Promise<FileHandle> | undefined;

  constructor(path: string, generation: number) {
    this.#path = path;
    this.#generation = generation;
  }

  async add(bodies: readonly SealedBody[]): Promise<void> {
    // Several processes may append: whole lines, and what two of them wrote is the same.
    this.#handle ??= open(this.#path, O_APPENDING, 0o600);
    await (await this.#handle).appendFile(textOf(this.#generation, bodies));
  }

  async close(): Promise<void> {
    const handle = await this.#handle?.catch(() => undefined);
    this.#handle = undefined;
    await handle?.sync().catch(() => undefined);
    await handle?.close();
  }
}

/** O_NOFOLLOW is unknown to Windows: undefined is 0 here. */
const O_APPENDING = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
