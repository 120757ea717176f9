import type { Context } from '../context.ts';
import { quoteArgument, type Shell, shellOf } from '../shell.ts';
import { visibleText } from './visible-text.ts';

/**
 * A command as somebody would type it again, through npx where that was used. What it quotes may come from the name of
 * anybody's file, so nothing in it is expanded or run when it is pasted.
 */
export function commandLine(
  args: readonly string[],
  env: Context['env'] = {},
  shell: Shell = shellOf(process),
): string {
  const program = env.npm_lifecycle_event === 'npx' ? ['npx', 'orkeys'] : ['orkeys'];
  return [...program, ...args].map((arg) => quoteArgument(visibleText(arg), shell)).join(' ');
}
