import type { Output } from '../context.ts';
import { cannotSaveError } from '../errors.ts';

export interface FlushableOutput extends Output {
  /** Resolves when all text is written. Throws `output_failed`. */
  flush(): Promise<void>;
}

/**
 * An output that writes to a stream. If the reader closes it (`| head`), the remaining text is dropped without an error.
 *
 * @param redact masks a text before it is written
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

/** Windows reports EOF for a closed pipe; a terminal whose window was closed reports EIO. */
function isReaderGone(error: NodeJS.ErrnoException, isTTY: boolean): boolean {
  const { code } = error;
  return code === 'EPIPE' || code === 'EOF' || code === 'ERR_STREAM_DESTROYED' || (isTTY && code === 'EIO');
}

/** An empty write is queued after all others, and errors reach the stream's listener first. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => setImmediate(resolve));
  });
}

function outputFailed(cause: Error): Error {
  return cannotSaveError('output_failed', `Cannot write to standard output: ${cause.message}`, {
    hint: 'Free up disk space or redirect the output, then run the same command again.',
    cause,
  });
}
