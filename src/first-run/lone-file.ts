import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { isSpreadsheetName } from '../roster-file/spreadsheets.ts';
import { commandLine } from '../terminal/command-line.ts';
import { canAsk } from '../terminal/confirm.ts';

/**
 * What a spreadsheet in place of a command means: the guide with that roster. Undefined if the word is no such file.
 * Throws `usage` without a terminal: nobody may create keys without saying so.
 */
export function loneFileArgs(word: string, ctx: Context): readonly string[] | undefined {
  if (!isSpreadsheetName(word)) return undefined;
  if (!statSync(resolve(ctx.cwd, word), { throwIfNoEntry: false })?.isFile()) return undefined;
  if (canAsk(ctx)) return ['start', word];
  throw usageError('usage', `${word} is a file, not a command.`, {
    hint: `To create keys from it: ${commandLine(['provision', word, '--limit', '1', '--dry-run'], ctx.env)}`,
  });
}
