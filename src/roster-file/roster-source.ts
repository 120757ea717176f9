import { constants, openSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { resolve } from 'node:path';
import { addAbortSignal } from 'node:stream';
import type { Context } from '../context.ts';
import { CliError, EXIT, usageError } from '../errors.ts';
import { safeText } from '../roster/safe-text.ts';
import { MAX_ROSTER_BYTES, type RosterSource } from '../workbook/roster-source.ts';

/**
 * What the reading thread is handed: the path of a file, or the bytes of standard input or a pipe. Those are read here, because their writer may take its
 * time, and no longer than until a signal or until they are too big. Throws CliError `interrupted` when a signal came first.
 */
export async function rosterSource(
  file: string,
  { cwd, stdin, interrupts }: Pick<Context, 'cwd' | 'stdin' | 'interrupts'>,
): Promise<RosterSource> {
  const bounds = { enough: MAX_ROSTER_BYTES, signal: interrupts.stop };
  if (file === '-') return withBytes(file, await stdin.readAll(bounds));
  const path = resolve(cwd, file);
  const facts: Stats | undefined = await stat(path).catch(() => undefined);
  return facts?.isFIFO() ? withBytes(file, await readPipe(openPipe(file, path), bounds)) : { file, path };
}

function withBytes(file: string, bytes: Uint8Array | undefined): RosterSource {
  if (bytes) return { file, bytes };
  throw interruptedReading(file);
}

export function interruptedReading(file: string): CliError {
  const what = file === '-' ? 'standard input' : safeText(file);
  return new CliError('interrupted', EXIT.INTERRUPTED, `Interrupted while reading ${what}.`, {
    hint: 'Nothing was changed. Run the same command again.',
  });
}

/** A pipe is what a shell makes of `<(…)`. Opened in the ordinary way, one without a writer would hold a thread of Node's for ever, beyond every signal. */
function openPipe(file: string, path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw usageError('not_readable', `Cannot read ${safeText(file)}.`, { hint: 'Check its permissions.', cause });
  }
}

async function readPipe(fd: number, { enough, signal }: { enough: number; signal: AbortSignal }) {
  const pipe = addAbortSignal(signal, new Socket({ fd, readable: true, writable: false }));
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of pipe) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > enough) break;
    }
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
  return Buffer.concat(chunks);
}
