import type { Context } from '../context.ts';
import type { ExitCode } from '../errors.ts';

/** What a command needs of the program that it hangs in. */
export interface CommandHost {
  readonly ctx: Context;
  finish(code: ExitCode): void;
}
