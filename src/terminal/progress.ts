import type { Context } from '../context.ts';
import { createProgressLines } from './progress-lines.ts';

/** Shows how far a long job is, on standard error. */
export interface Progress {
  /** `n` more are done; 1 by default */
  step(n?: number): void;
  /** what is going on, such as a wait: `the service asks to slow down, 30 s`; '' when it is over */
  note(text: string): void;
  /** the last word: call it in `finally`. Nothing is written afterwards. */
  stop(): void;
}

export interface ProgressOptions {
  ctx: Pick<Context, 'env' | 'stderr' | 'now'>;
  /** how many there are to do */
  total: number;
  /** what is being done: `Creating keys` */
  label: string;
  /** `--quiet` or `--json`: show nothing */
  quiet: boolean;
}

/** A bar on a terminal, plain lines elsewhere, nothing when quiet or when there is nothing to do. */
export async function createProgress(options: ProgressOptions): Promise<Progress> {
  const { env, stderr } = options.ctx;
  if (options.quiet || options.total <= 0) return SILENT;
  if (!stderr.isTTY || env.TERM === 'dumb') return createProgressLines(options);
  const { createProgressBar } = await import('./progress-bar.ts');
  return createProgressBar(options);
}

const SILENT: Progress = { step: () => undefined, note: () => undefined, stop: () => undefined };
