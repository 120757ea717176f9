import type { Context } from '../context.ts';
import type { ExitCode } from '../errors.ts';

/** What a command is given: the world outside, and where to leave its exit code. */
export interface CommandHost {
  readonly ctx: Context;
  finish(code: ExitCode): void;
}
