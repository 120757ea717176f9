import { Command } from '@commander-js/extra-typings';
import { addConnectionFlags } from './connection.ts';
import { addConfirmationFlags, addOutputFlags, addWaitFlag } from './output.ts';

/**
 * Options that many commands share may stand before the command: `orkeys --sandbox list` means `orkeys list --sandbox`. Words and
 * shared options at the front are sorted, words first; from the first thing on that is neither, all stays as it was typed.
 */
export function moveCommandFirst(typed: readonly string[]): string[] {
  const { options } = addConfirmationFlags(addConnectionFlags(addWaitFlag(addOutputFlags(new Command()))));
  const words: string[] = [];
  const flags: string[] = [];
  let at = 0;
  for (let arg = typed[at]; arg !== undefined; arg = typed[at]) {
    const shared = options.find(({ long, short }) => arg === long || arg === short || arg?.startsWith(`${long}=`));
    if (!shared && arg.startsWith('-')) break;
    const length = shared?.required && !arg.includes('=') ? 2 : 1;
    (shared ? flags : words).push(...typed.slice(at, at + length));
    at += length;
  }
  return [...words, ...flags, ...typed.slice(at)];
}
