import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { embeddedText } from '../embedded.ts';
import { CliError, invariant, usageError } from '../errors.ts';
import { nearMisses } from '../near-misses.ts';
import { parseColumnFlags } from '../roster/column-flags.ts';
import type { Roster } from '../roster/participant.ts';
import { safeText } from '../roster/safe-text.ts';
import type { Sheet } from '../roster/sheet.ts';
import { runKillable } from './killable.ts';
import { interruptedReading, rosterSource } from './roster-source.ts';
import type { RosterAnswer } from './roster-thread.ts';
import { spreadsheetsIn } from './spreadsheets.ts';
import type { RosterReply, RosterRequest } from './understand-roster.ts';

/** How a roster shall be read, as parsed from the command line. */
export interface RosterFlags {
  sheet?: string | undefined;
  /** each `role=heading or letter` */
  column?: string[] | undefined;
  namesOnly?: true | undefined;
  sharedEmails?: true | undefined;
  /** values of a status column whose rows count all the same */
  includeStatus?: string[] | undefined;
  /** values of a role column whose rows do not count */
  excludeRole?: string[] | undefined;
}

export interface ReadRosterOptions {
  /** as typed; `-` is standard input */
  file: string;
  /** its content, if it was read already */
  bytes?: Uint8Array;
  /** the table also has the columns that an earlier run added */
  keepOwnColumns?: boolean;
  flags: RosterFlags;
  ctx: Context;
  /** expiries before it are problems */
  now: Date;
}

/**
 * Reads and understands a roster, in a thread that is stopped when a file takes too much time or memory; without a build, in place.
 * Throws CliError (exit 2) where the file yields no one.
 */
export async function readRoster(options: ReadRosterOptions): Promise<Roster> {
  try {
    return await understood(options);
  } catch (error) {
    throw (await misspelt(error, options)) ?? error;
  }
}

/** The sheets of a file as they are, read in the same way. `bytes`: its content, if it was read already. */
export async function readSheets(file: string, ctx: Context, bytes?: Uint8Array): Promise<Sheet[]> {
  const source = bytes === undefined ? await rosterSource(file, ctx) : { file, bytes };
  return (await replyTo({ source }, ctx)).book.sheets;
}

async function understood({
  file,
  bytes,
  keepOwnColumns = false,
  flags,
  ctx,
  now,
}: ReadRosterOptions): Promise<Roster> {
  const source = bytes === undefined ? await rosterSource(file, ctx) : { file, bytes };
  const options = {
    now,
    keepOwnColumns,
    columnMap: parseColumnFlags(flags.column ?? []),
    namesOnly: flags.namesOnly ?? false,
    sharedEmails: flags.sharedEmails ?? false,
    includeStatus: flags.includeStatus ?? [],
    excludeRole: flags.excludeRole ?? [],
    ...(flags.sheet === undefined ? {} : { sheet: flags.sheet }),
  };
  const { roster } = await replyTo({ source, options }, ctx);
  invariant(roster !== undefined, 'what is asked for is answered');
  return roster;
}

async function replyTo(request: RosterRequest, ctx: Context): Promise<RosterReply> {
  const script = threadScript();
  if (script !== undefined) return readInThread(script, request, ctx);
  const { understandRoster } = await import('./understand-roster.ts');
  return understandRoster(request, () => ctx.now());
}

/** The thread's script: inside the single executable, or built beside this file; in the sources there is none. */
function threadScript(): URL | string | undefined {
  const inside = embeddedText('roster-thread.js');
  if (inside !== undefined) return inside;
  const beside = new URL('./roster-thread.js', import.meta.url);
  return existsSync(beside) ? beside : undefined;
}

async function readInThread(
  script: URL | string,
  request: RosterRequest,
  { sleep, interrupts }: Context,
): Promise<RosterReply> {
  const { file } = request.source;
  const limits = { ...threadLimits(sizeOf(request) / 2 ** 20), sleep, signal: interrupts.stop };
  const result = await runKillable<RosterAnswer>(script, request, limits);
  if (result.kind === 'interrupted') throw interruptedReading(file);
  if (result.kind !== 'answer') {
    const what = result.kind === 'out_of_time' ? 'time' : 'memory';
    throw usageError('too_big', `${safeText(file)} is too large: reading it takes too much ${what}.`, {
      hint: 'Copy only the participant table to a new workbook and save it as .xlsx.',
    });
  }
  if ('reply' in result.answer) return result.answer.reply;
  const { code, exitCode, message, hint, issues } = result.answer.refused;
  throw new CliError(code, exitCode, message, { issues, ...(hint === undefined ? {} : { hint }) });
}

/** Measured: 100,000 rows of a workbook are 3 to 5 MB, and take 3 to 6 s and 320 MB on a common machine; a slow one takes several times as long. */
function threadLimits(mb: number): { ms: number; mb: number } {
  return { ms: 9_000 + 8_000 * Math.max(0, mb - 1), mb: Math.min(800, 300 + 60 * mb) };
}

/** in bytes; 0 where there is no file, which the thread will say */
function sizeOf({ source }: RosterRequest): number {
  if ('bytes' in source) return source.bytes.length;
  return statSync(source.path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The same error with the spreadsheets that are there: the one that was probably meant, or else all of them. */
async function misspelt(error: unknown, { file, ctx }: ReadRosterOptions): Promise<CliError | undefined> {
  if (!(error instanceof CliError) || error.code !== 'not_found') return undefined;
  const path = resolve(ctx.cwd, file);
  const rosters = (await spreadsheetsIn(dirname(path))).filter((name) => name !== basename(path));
  const near = nearMisses(basename(path), rosters, 1)[0] ?? (rosters.length === 1 ? rosters[0] : undefined);
  if (rosters.length === 0) return undefined;
  const more = rosters.length > MOST_NAMES ? `, … (${rosters.length} in all)` : '';
  const list = `Spreadsheets in this folder: ${rosters.slice(0, MOST_NAMES).map(safeText).join(', ')}${more}`;
  return usageError('not_found', error.message, {
    hint: near === undefined ? list : `Did you mean ${safeText(join(dirname(file), near))}?`,
    cause: error,
  });
}

const MOST_NAMES = 10;
