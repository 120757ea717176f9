import { readdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { RosterFlags } from '../commands/roster-flags.ts';
import type { Context } from '../context.ts';
import { CliError, usageError } from '../errors.ts';
import { nearMisses } from '../plan/near-misses.ts';
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
  const book = await readRosterFile(source, () => ctx.now()).catch(async (error: unknown) => {
    throw (await misspelt(error, resolve(ctx.cwd, file))) ?? error;
  });
  return parseRoster(book, {
    now,
    columnMap,
    namesOnly: flags.namesOnly ?? false,
    sharedEmails: flags.sharedEmails ?? false,
    ...(flags.sheet === undefined ? {} : { sheet: flags.sheet }),
  });
}

/** The same error with the name of a file that is there, where one is like what was typed. */
async function misspelt(error: unknown, path: string): Promise<CliError | undefined> {
  if (!(error instanceof CliError) || error.code !== 'not_found') return undefined;
  const there = await readdir(dirname(path)).catch(() => []);
  const tables = there.filter((name) => /\.(?:xlsx|xlsm|csv|tsv)$/i.test(name) && !name.startsWith('~$'));
  const near = nearMisses(basename(path), tables, 1)[0];
  if (near === undefined || near === basename(path)) return undefined;
  return usageError('not_found', error.message, { hint: `Did you mean ${near}?`, cause: error });
}
