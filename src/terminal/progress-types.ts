import type { Context } from '../context.ts';

/** Shows the progress of a long job on standard error. */
export interface Progress {
  /** `n` more items are done; 1 by default */
  step(n?: number): void;
  /** the current activity, such as a wait: `OpenRouter asked for a pause, 30 s`; '' when it is over */
  note(text: string): void;
  /** ends the output: call it in `finally`. Nothing is written afterward. */
  stop(): void;
}

export interface ProgressOptions {
  ctx: Pick<Context, 'env' | 'stderr' | 'now'>;
  /** number of items */
  total: number;
  /** the activity: `Creating keys` */
  label: string;
  /** `--quiet` or `--json`: show no progress */
  quiet: boolean;
}
