import type { Context } from '../context.ts';
import { visibleText } from './visible-text.ts';

/** A command as somebody would type it again, through npx where that was used. Double quotes work in every shell that people have, cmd and PowerShell too. */
export function commandLine(args: readonly string[], env: Context['env'] = {}): string {
  const program = env.npm_lifecycle_event === 'npx' ? ['npx', 'orkeys'] : ['orkeys'];
  return [...program, ...args].map(quoted).join(' ');
}

function quoted(arg: string): string {
  return /^[\p{L}\p{N}_.@%+=:,/\\-]+$/u.test(arg) ? arg : `"${visibleText(arg).replaceAll('"', '\\"')}"`;
}
