import type { Context, Interrupts, Output } from '../context.ts';
import { CliError, EXIT } from '../errors.ts';

export interface InstalledInterrupts extends Interrupts {
  /** takes the handlers off again */
  dispose(): void;
}

export interface InterruptOptions {
  process: Pick<NodeJS.Process, 'on' | 'off' | 'platform'>;
  stderr: Output;
  now: Context['now'];
}

/**
 * The first SIGINT, SIGTERM, SIGHUP (or SIGBREAK, Windows' Ctrl-Break) aborts `stop`, the second `stopNow`; after that the signals do
 * what they do to any program, so a third one ends the process. The signals' reason is a `CliError` `interrupted`.
 */
export function installInterrupts({ process, stderr, now }: InterruptOptions): InstalledInterrupts {
  const stop = new AbortController();
  const stopNow = new AbortController();
  let firstAt = 0;

  const onSignal = (): void => {
    if (!stop.signal.aborted) {
      firstAt = now().getTime();
      tell(stderr, 'Stopping after what is in flight. Press Ctrl-C again to stop at once.');
      stop.abort(interrupted());
      return;
    }
    if (Math.abs(now().getTime() - firstAt) < ONE_PRESS_MS) return;
    dispose();
    tell(stderr, 'Stopping at once.');
    stopNow.abort(interrupted());
  };

  const signals = process.platform === 'win32' ? WINDOWS_SIGNALS : SIGNALS;
  const dispose = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return { stop: stop.signal, stopNow: stopNow.signal, dispose };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const WINDOWS_SIGNALS = [...SIGNALS, 'SIGBREAK'] as const;

/** Under npm and npx one Ctrl-C arrives twice: from the terminal, and passed on by npm. */
const ONE_PRESS_MS = 300;

/** A terminal shows `^C` wherever the cursor is, so the note starts on a new line there. */
function tell(stderr: Output, note: string): void {
  stderr.write(`${stderr.isTTY ? '\n' : ''}${note}\n`);
}

function interrupted(): CliError {
  return new CliError('interrupted', EXIT.INTERRUPTED, 'Interrupted.', {
    hint: 'Run the same command again to go on.',
  });
}
