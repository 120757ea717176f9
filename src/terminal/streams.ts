import type { Input, Output } from '../context.ts';
import { createInput } from './input.ts';
import { createOutput } from './output.ts';

export interface Streams {
  stdin: Input;
  stdout: Output;
  stderr: Output;
  /** Resolves when all text has left the process. Throws `output_failed` when standard output could not be written (disk full). */
  flush(): Promise<void>;
}

/**
 * The three streams of a real process in the shapes of the context.
 *
 * @param redact masks the secrets in what goes to standard error; standard output is where one may be shown, when it is asked for
 */
export function createStreams(
  process: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>,
  redact: (text: string) => string,
): Streams {
  const stdout = createOutput(process.stdout);
  const stderr = createOutput(process.stderr, redact);
  return {
    stdin: createInput(() => process.stdin),
    stdout,
    stderr,
    flush: async () => {
      // When standard error fails there is nowhere left to tell it.
      await stderr.flush().catch(() => undefined);
      await stdout.flush();
    },
  };
}
