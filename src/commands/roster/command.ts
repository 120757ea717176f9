import { Command, Option } from '@commander-js/extra-typings';
import { addJsonFlag } from '../flags/output.ts';
import { addRosterFlags } from '../flags/roster.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createRosterCommand(host: CommandHost) {
  const check = new Command('check')
    .summary('show participants and problems of a roster')
    .description('Check how orkeys reads a roster.\nNeeds no management key and no network. Read-only.')
    .argument('<file>', 'roster file: .xlsx, .xlsm, .csv or .tsv; - for stdin')
    .optionsGroup('What to show:')
    .addOption(new Option('--all', 'list every row of each problem and notice').default(false));
  return new Command('roster')
    .description('Check how orkeys reads a roster.')
    .helpCommand(false)
    .addCommand(
      addJsonFlag(addRosterFlags(check))
        .addHelpText('after', host.helpText(HELP))
        .action(async (file, flags) => {
          const { runRosterCheck } = await import('./run.ts');
          host.finish(await runRosterCheck({ ...flags, file }, host.ctx));
        }),
    )
    .addHelpText('after', host.helpText(HELP));
}

const HELP: HelpText = {
  examples: [
    'orkeys roster check participants.xlsx',
    'orkeys roster check participants.xlsx --sheet "Group B" --column email=Contact',
    'orkeys roster check participants.csv --json',
  ],
  exitCodes: { OK: 'success, even if rows have problems', USAGE: 'usage error, or the file cannot be read' },
};
