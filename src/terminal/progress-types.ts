import type { Context } from '../context.ts';

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
