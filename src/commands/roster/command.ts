import { Command } from '@commander-js/extra-typings';
import { addRosterFlags } from '../flags/roster-flags.ts';
import type { CommandHost } from '../host.ts';

export function createRosterCommand(host: CommandHost) {
  const check = addRosterFlags(new Command('check'))
    .description('read a roster and show how it is understood; no key, no network, nothing is changed')
    .argument('<file>', 'the roster: .xlsx, .xlsm, .csv or .tsv; - for standard input')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(async (file, flags) => {
      const { runRosterCheck } = await import('./run.ts');
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
