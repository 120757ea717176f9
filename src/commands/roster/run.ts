import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import type { RosterFlags } from '../../roster-file/read-roster.ts';
import { readRoster } from '../../roster-file/read-roster.ts';
import { printJson } from '../../terminal/json.ts';
import { renderRoster, rosterJson } from './screen.ts';

export interface RosterCheckOptions extends RosterFlags {
  file: string;
  json: boolean;
  /** list every row */
  all: boolean;
}

/** Exit 0 also when single rows have problems: the file was read. */
export async function runRosterCheck(options: RosterCheckOptions, ctx: Context): Promise<ExitCode> {
  const roster = await readRoster({ file: options.file, flags: options, ctx, now: ctx.now() });
  if (options.json) printJson(ctx, rosterJson(roster));
  else ctx.stdout.write(renderRoster(roster, ctx.stdout.columns, options.all));
  return EXIT.OK;
}
