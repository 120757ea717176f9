import { Command } from '@commander-js/extra-typings';
import { addConnectionFlags, sessionFlags } from '../flags/connection.ts';
import { addAllRowsFlag, addFieldsFlag, addOutputFlags } from '../flags/output.ts';
import { addRosterFlags } from '../flags/roster.ts';
import { addNoPrefixFlag, addSelectorFlags, readingFlags, workshopOrEmails } from '../flags/selection.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createVerifyCommand(host: CommandHost) {
  const command = new Command('verify')
    .description(
      'Test every saved key by sending one request with it. Reports keys that fail or have a different limit or ' +
        'expiration than expected.\n' +
        'Costs nothing and changes nothing. Needs no management key; with one, it also shows why a key fails.',
    )
    .addArgument(workshopOrEmails());
  const shown = addAllRowsFlag(addFieldsFlag(command)).option(
    '--models',
    'also show which models each key may use (experimental)',
  );
  return addConnectionFlags(addOutputFlags(addRosterFlags(addNoPrefixFlag(addSelectorFlags(shown)))))
    .addHelpText('after', host.helpText(HELP))
    .action(async (words, typed) => {
      const flags = readingFlags(words, typed);
      const { allRows, fields, json, quiet, models = false } = flags;
      const { runVerify } = await import('./run.ts');
      host.finish(
        await runVerify(
          { session: sessionFlags(flags), selectors: flags, allRows, fields, json, quiet, models },
          host.ctx,
        ),
      );
    });
}

const HELP: HelpText = {
  examples: [
    'orkeys verify BSSDH_2025',
    'orkeys verify --from BSSDH_2025_participants.xlsx',
    'orkeys verify --json --fields name,verdict',
  ],
  exitCodes: {
    OK: 'all keys work as expected',
    USAGE: 'usage error, or no saved key matches',
    PARTIAL: 'some keys failed',
    UNREACHABLE: true,
    INTERRUPTED: true,
  },
};
