import { StringDecoder } from 'node:string_decoder';
import { createHiddenLine } from './hidden-line.ts';

/**
 * Reads one line from a terminal that shows nothing of it. The terminal is as it was when this resolves, however the line ended.
 *
 * @param ask called once nothing is shown any more, so that not even a hasty paste is seen
 * @param interrupt called for Ctrl-C, which is an ordinary character meanwhile
 */
export async function readHiddenLine(
  stream: NodeJS.ReadStream,
  { signal, ask, interrupt }: { signal: AbortSignal; ask: () => void; interrupt: () => void },
): Promise<string | undefined> {
  const decoder = new StringDecoder('utf8');
  const hidden = createHiddenLine();
  stream.setRawMode(true);
  try {
    return await new Promise<string | undefined>((resolve) => {
      const finish = (line: string | undefined) => {
        stream.pause();
        stream.off('data', onData).off('end', onEnd).off('close', onEnd);
        signal.removeEventListener('abort', onEnd);
        resolve(line);
      };
      const onEnd = () => finish(undefined);
      const onData = (chunk: Buffer | string) => {
        const ended = hidden.type(typeof chunk === 'string' ? chunk : decoder.write(chunk));
        if (ended === undefined) return;
        finish('line' in ended ? ended.line : undefined);
        if ('cancelled' in ended && ended.cancelled === 'interrupt') interrupt();
      };
      stream.on('data', onData).on('end', onEnd).on('close', onEnd);
      // A terminal whose window was closed returns EIO. The listener stays: an error after the end must not end the process.
      stream.on('error', onEnd);
      signal.addEventListener('abort', onEnd);
      ask();
      stream.resume();
    });
  } finally {
    stream.setRawMode(false);
  }
}
