import type { Context, Interrupts, Output } from '../context.ts';
import { CliError, EXIT } from '../errors.ts';

export interface InstalledInterrupts extends Interrupts {
  /** removes the signal handlers */
  dispose(): void;
}

export interface InterruptOptions {
  process: Pick<NodeJS.Process, 'on' | 'off' | 'platform' | 'kill' | 'pid'>;
  stderr: Output;
  now: Context['now'];
}

/**
 * The first SIGINT, SIGTERM, SIGHUP (or SIGBREAK, which is Ctrl-Break on Windows) aborts `stop`, the second `stopNow`. After that the
 * default handlers are back, so a third signal ends the process; and it comes by itself if the process still waits for something a little
 * later, such as a disk that does not answer. The abort reason is a `CliError` with the code `interrupted`.
 */
export function installInterrupts({ process, stderr, now }: InterruptOptions): InstalledInterrupts {
  const stop = new AbortController();
  const stopNow = new AbortController();
  let firstAt = 0;
  let prompts = 0;

  const onSignal = (): void => {
    if (!stop.signal.aborted) {
      firstAt = now().getTime();
      if (prompts === 0) print(stderr, 'Finishing requests in progress. Press Ctrl-C again to stop now.');
      stop.abort(interrupted());
      return;
    }
    if (Math.abs(now().getTime() - firstAt) < ONE_PRESS_MS) return;
    dispose();
    print(stderr, 'Stopping now.');
    stopNow.abort(interrupted());
    // A shell takes the end by this signal for exit code 130.
    setTimeout(() => process.kill(process.pid, 'SIGINT'), PATIENCE_MS).unref();
  };

  const signals = process.platform === 'win32' ? WINDOWS_SIGNALS : SIGNALS;
  const dispose = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  const atPrompt = async <T>(work: () => Promise<T>): Promise<T> => {
    prompts += 1;
    try {
      return await work();
    } finally {
      prompts -= 1;
    }
  };
  return { stop: stop.signal, stopNow: stopNow.signal, atPrompt, dispose };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const WINDOWS_SIGNALS = [...SIGNALS, 'SIGBREAK'] as const;

/** Under npm and npx, one Ctrl-C arrives twice: from the terminal, and forwarded by npm. */
const ONE_PRESS_MS = 300;

/** For what the second signal drops, and for the results to be written. */
const PATIENCE_MS = 5000;

/** A terminal shows `^C` at the cursor, so the message starts on a new line. */
function print(stderr: Output, note: string): void {
  stderr.write(`${stderr.isTTY ? '\n' : ''}${note}\n`);
}

function interrupted(): CliError {
  return new CliError('interrupted', EXIT.INTERRUPTED, 'Interrupted.', {
    hint: 'Run the same command again to resume.',
  });
}
