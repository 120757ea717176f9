import type { Output } from '../context.ts';
import { cannotSaveError } from '../errors.ts';

export interface FlushableOutput extends Output {
  /** Resolves when all text has left the process. Throws `output_failed`. */
  flush(): Promise<void>;
}

/**
 * An output on a stream. When its reader goes away (`| head`), what is left is dropped, and that is no error.
 *
 * @param redact what becomes of a text before it is written
 */
export function createOutput(
  stream: NodeJS.WriteStream,
  redact: (text: string) => string = (text) => text,
): FlushableOutput {
  let readerGone = false;
  let failure: Error | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (isReaderGone(error, stream.isTTY)) readerGone = true;
    else failure ??= error;
  });

  return {
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns > 0 ? stream.columns : FALLBACK_COLUMNS;
    },
    write(text) {
      if (!readerGone && failure === undefined && text !== '') stream.write(redact(text));
    },
    async flush() {
      if (!readerGone && failure === undefined) await written(stream);
      if (failure !== undefined) throw outputFailed(failure);
    },
  };
}

const FALLBACK_COLUMNS = 80;

/** EOF is what Windows says to a closed pipe, EIO what a terminal says whose window was closed. */
function isReaderGone(error: NodeJS.ErrnoException, isTTY: boolean): boolean {
  const { code } = error;
  return code === 'EPIPE' || code === 'EOF' || code === 'ERR_STREAM_DESTROYED' || (isTTY && code === 'EIO');
}

/** An empty write goes behind all others; errors reach the stream's listener first. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => setImmediate(resolve));
  });
}

function outputFailed(cause: Error): Error {
  return cannotSaveError('output_failed', `Standard output cannot be written: ${cause.message}`, {
    hint: 'Free some space, or send the output elsewhere, and run again.',
    cause,
  });
}
