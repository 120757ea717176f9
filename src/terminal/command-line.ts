import { visibleText } from './visible-text.ts';

/** A command as somebody would type it again. Double quotes work in every shell that people have, cmd and PowerShell too. */
export function commandLine(args: readonly string[]): string {
  return ['orkeys', ...args].map(quoted).join(' ');
}

function quoted(arg: string): string {
  return /^[\p{L}\p{N}_.@%+=:,/\\-]+$/u.test(arg) ? arg : `"${visibleText(arg).replaceAll('"', '\\"')}"`;
}
