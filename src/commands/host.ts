import type { Context } from '../context.ts';
import type { ExitCode } from '../errors.ts';
import type { HelpText } from './help-text.ts';

/** What a command is given: the world, and where to put its exit code. */
export interface CommandHost {
  readonly ctx: Context;
  /** what was typed after `orkeys` */
  readonly args: readonly string[];
  /** what its help says below the options; an argument, so that no command loads a file for it */
  helpText(text: HelpText): string;
  finish(code: ExitCode): void;
}
