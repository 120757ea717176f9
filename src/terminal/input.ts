import type { Interface } from 'node:readline';
import type { Input } from '../context.ts';
import { type CliError, usageError } from '../errors.ts';

/**
 * An input that reads from a stream. The stream is accessed on first use only, because even opening it takes time.
 *
 * @param interrupt what Ctrl-C does while the terminal does not turn it into a signal
 */
export function createInput(stream: () => NodeJS.ReadStream, interrupt: () => void): Input {
  let lines: LineReader | undefined;
  return {
    get isTTY() {
      return stream().isTTY === true;
    },
    async readLine(signal) {
      if (signal.aborted) return undefined;
      lines ??= await createLineReader(stream());
      return lines.next(signal);
    },
    async readHidden(signal, ask) {
      if (signal.aborted) return undefined;
      // It would take the secret for a line of its own.
      const unread = lines?.close() ?? [];
      lines = undefined;
      if (unread.length > 0) {
        ask();
        lines = await createLineReader(stream(), unread.slice(1));
        return unread[0];
      }
      const { readHiddenLine } = await import('./read-hidden.ts');
      return readHiddenLine(stream(), { signal, ask, interrupt });
    },
    async readAll({ enough, signal }) {
      if (signal.aborted) return undefined;
      const { addAbortSignal } = await import('node:stream');
      const chunks: Buffer[] = [];
      let size = 0;
      try {
        // Leaving the loop destroys the stream, so a writer without end keeps nothing alive.
        for await (const chunk of addAbortSignal(signal, stream())) {
          chunks.push(Buffer.from(chunk));
          size += chunk.length;
          if (size > enough) break;
        }
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      }
      return Buffer.concat(chunks);
    },
  };
}

/** bytes; nobody answers with as many, and readline would keep a line without an end until there is no memory left */
const LONGEST_LINE = 1_000_000;

interface LineReader {
  next(signal: AbortSignal): Promise<string | undefined>;
  /** Reads no more, and gives back the lines that were read already. */
  close(): string[];
}

/**
 * Leaves line editing and echo to the terminal (`terminal: false`): Ctrl-C is then an ordinary signal, and there is no terminal mode to restore.
 * The stream is paused between two prompts, so that it does not keep the process alive.
 */
async function createLineReader(stream: NodeJS.ReadStream, unread: readonly string[] = []): Promise<LineReader> {
  const { createInterface } = await import('node:readline');
  const reader: Interface = createInterface({ input: stream, terminal: false, crlfDelay: Number.POSITIVE_INFINITY });
  const waiting = [...unread];
  let ended = false;
  let refusal: CliError | undefined;
  let unfinished = 0;
  let wake = (): void => undefined;
  reader.on('line', (line) => {
    waiting.push(line);
    wake();
  });
  reader.on('close', () => {
    ended = true;
    wake();
  });
  stream.on('data', (chunk: Buffer | string) => {
    const lineEnd = chunk.lastIndexOf('\n');
    unfinished = lineEnd < 0 ? unfinished + chunk.length : chunk.length - lineEnd - 1;
    if (unfinished <= LONGEST_LINE) return;
    refusal = usageError('not_readable', 'Cannot read standard input: a line is longer than 1 MB.', {
      hint: 'Check what writes to it. Nothing was changed.',
    });
    reader.close();
    stream.destroy();
  });
  // A terminal whose window was closed returns EIO, which means the end of input.
  stream.on('error', () => reader.close());

  return {
    async next(signal) {
      if (waiting.length === 0 && !ended && !signal.aborted) {
        reader.resume();
        await new Promise<void>((resolve) => {
          wake = () => {
            signal.removeEventListener('abort', wake);
            resolve();
          };
          signal.addEventListener('abort', wake);
        });
        if (!ended) reader.pause();
      }
      if (refusal && waiting.length === 0) throw refusal;
      return signal.aborted ? undefined : waiting.shift();
    },
    close() {
      reader.close();
      return waiting.splice(0);
    },
  };
}
