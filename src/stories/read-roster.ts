import { resolve } from 'node:path';
import type { RosterFlags } from '../commands/roster-flags.ts';
import type { Context } from '../context.ts';
import { parseColumnFlags } from '../roster/column-flags.ts';
import type { Roster } from '../roster/participant.ts';

export interface ReadRosterOptions {
  /** as typed; `-` is standard input */
  file: string;
  flags: RosterFlags;
  ctx: Context;
  /** expiries before it are problems */
  now: Date;
}

/** Reads and understands a roster. Loads the spreadsheet reader only now. Throws CliError (exit 2) where the file yields no one. */
export async function readRoster({ file, flags, ctx, now }: ReadRosterOptions): Promise<Roster> {
  const columnMap = parseColumnFlags(flags.column ?? []);
  const { readRosterFile } = await import('../workbook/read-roster-file.ts');
  const { parseRoster } = await import('../roster/parse-roster.ts');
  const source = file === '-' ? { file, bytes: await ctx.stdin.readAll() } : { file, path: resolve(ctx.cwd, file) };
  const book = await readRosterFile(source, () => ctx.now());
  return parseRoster(book, {
    now,
    columnMap,
    namesOnly: flags.namesOnly ?? false,
    sharedEmails: flags.sharedEmails ?? false,
    ...(flags.sheet === undefined ? {} : { sheet: flags.sheet }),
  });
}
