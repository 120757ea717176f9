import { Command } from '@commander-js/extra-typings';
import { addConnectionFlags, sessionFlags } from '../flags/connection.ts';
import { addFieldsFlag, addOutputFlags } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createShowCommand(host: CommandHost) {
  const command = new Command('show')
    .description('Show all details of one key, its owner and where its secret is saved. Read-only.')
    .argument('<key>', "key name, hash (4 or more characters), or the participant's email or name");
  return addConnectionFlags(addOutputFlags(addFieldsFlag(command)))
    .addHelpText('after', host.helpText(HELP))
    .action(async (key, flags) => {
      const { fields, json, quiet } = flags;
      const { runShow } = await import('./run.ts');
      host.finish(await runShow({ key, session: sessionFlags(flags), fields, json, quiet }, host.ctx));
    });
}

const HELP: HelpText = {
  examples: [
    'orkeys show anda.baklane@example.org',
    'orkeys show BSSDH_2025_Anda_Baklane_k7f3q2xw',
    'orkeys show 3f9a',
    'orkeys show "Anda Baklane" --json --fields name,limit_remaining',
  ],
  exitCodes: {
    OK: 'success',
    USAGE: 'no match, or more than one',
    NOT_AUTHORIZED: true,
    UNREACHABLE: true,
    INTERRUPTED: true,
  },
};
