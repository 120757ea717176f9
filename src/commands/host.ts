import type { Context } from '../context.ts';
import type { ExitCode } from '../errors.ts';

/** What a command is given: the world, and where to put its exit code. */
export interface CommandHost {
  readonly ctx: Context;
  /** what was typed after `orkeys` */
  readonly args: readonly string[];
  finish(code: ExitCode): void;
}
