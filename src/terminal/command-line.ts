import type { Context } from '../context.ts';
import { quoteArgument, type Shell, shellOf } from '../shell.ts';
import { visibleText } from './visible-text.ts';

/**
 * A command to paste into a shell, with npx if this process was started with it. Arguments may come from any file name, so
 * they are quoted such that a shell neither expands nor runs anything in them.
 */
export function commandLine(
  args: readonly string[],
  env: Context['env'] = {},
  shell: Shell = shellOf(process),
): string {
  const program = env.npm_lifecycle_event === 'npx' ? ['npx', 'orkeys'] : ['orkeys'];
  return [...program, ...args].map((arg) => quoteArgument(visibleText(arg), shell)).join(' ');
}
