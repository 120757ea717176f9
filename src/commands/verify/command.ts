import { Command } from '@commander-js/extra-typings';
import { addConnectionFlags, sessionFlags } from '../flags/connection.ts';
import { addFieldsFlag, addOutputFlags } from '../flags/output.ts';
import { addRosterFlags } from '../flags/roster.ts';
import { addSelectorFlags } from '../flags/selection.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createVerifyCommand(host: CommandHost) {
  const command = new Command('verify').description(
    'Test every saved key by sending one request with it. Reports keys that fail or have a different limit or ' +
      'expiration than expected.\n' +
      'Costs nothing and changes nothing. Needs no management key; with one, it also shows why a key fails.',
  );
  return addConnectionFlags(addOutputFlags(addRosterFlags(addSelectorFlags(addFieldsFlag(command)))))
    .addHelpText('after', host.helpText(HELP))
    .action(async (flags) => {
      const { fields, json, quiet } = flags;
      const { runVerify } = await import('./run.ts');
      host.finish(await runVerify({ session: sessionFlags(flags), selectors: flags, fields, json, quiet }, host.ctx));
    });
}

const HELP: HelpText = {
  examples: [
    'orkeys verify --prefix BSSDH_2025',
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
