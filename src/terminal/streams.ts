import type { Input, Output } from '../context.ts';
import { createInput } from './input.ts';
import { createOutput } from './output.ts';
import { createPrompt } from './prompt.ts';

export interface Streams {
  stdin: Input;
  stdout: Output;
  stderr: Output;
  /** where questions are asked */
  prompt: Output;
  /** Resolves when all text is written. Throws `output_failed` if standard output could not be written (disk full). */
  flush(): Promise<void>;
}

/**
 * The three streams of a real process, as the context expects them.
 *
 * @param redact masks secrets on standard error; standard output may show a secret if the user asks for it
 */
export function createStreams(
  process: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'platform' | 'emit'>,
  redact: (text: string) => string,
): Streams {
  const stdout = createOutput(process.stdout);
  const stderr = createOutput(process.stderr, redact);
  const stdin = createInput(
    () => process.stdin,
    () => process.emit('SIGINT'),
  );
  return {
    stdin,
    stdout,
    stderr,
    prompt: createPrompt({ stdin, stdout, stderr, platform: process.platform, redact }),
    flush: async () => {
      // If standard error fails, there is nowhere to report it.
      await stderr.flush().catch(() => undefined);
      await stdout.flush();
    },
  };
}
