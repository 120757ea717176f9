import { Command } from '@commander-js/extra-typings';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import type { CommandHost } from './host.ts';
import { addRosterFlags, type RosterFlags } from './roster-flags.ts';

export interface RosterCheckOptions extends RosterFlags {
  file: string;
  json: boolean;
}

export function createRosterCommand(host: CommandHost) {
  const check = addRosterFlags(new Command('check'))
    .description('read a roster and show how it is understood; no key, no network, nothing is changed')
    .argument('<file>', 'the roster: .xlsx, .xlsm, .csv or .tsv; - for standard input')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(async (file, flags) => {
      host.finish(await runRosterCheck({ ...flags, file, json: flags.json ?? false }, host.ctx));
    });
  return new Command('roster')
    .description('look at a roster before using it')
    .addCommand(check)
    .addHelpText('after', HELP);
}

const HELP = `
Examples:
  orkeys roster check participants.xlsx
  orkeys roster check participants.xlsx --sheet "Group B" --column email=Contact
  orkeys roster check participants.csv --json

Exit codes:
  0 read, also when single rows have problems · 2 wrong usage, or the file cannot be read`;

/** Exit 0 also when single rows have problems: the file was read. */
export async function runRosterCheck(options: RosterCheckOptions, ctx: Context): Promise<ExitCode> {
  const { readRoster } = await import('../stories/read-roster.ts');
  const roster = await readRoster({ file: options.file, flags: options, ctx, now: ctx.now() });
  const { renderRoster, rosterJson } = await import('../terminal/roster.ts');
  ctx.stdout.write(
    options.json ? `${JSON.stringify(rosterJson(roster), null, 2)}\n` : renderRoster(roster, ctx.stdout.columns),
  );
  return EXIT.OK;
}
