import { Argument, Command, Option } from '@commander-js/extra-typings';
import { addConnectionFlags, sessionFlags } from '../flags/connection.ts';
import { addAllRowsFlag, addConfirmationFlags, addOutputFlags, addWaitFlag } from '../flags/output.ts';
import { addRosterFlags } from '../flags/roster.ts';
import { changeExitCodes, type HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createImportCommand(host: CommandHost) {
  const base = new Command('import')
    .description(
      'Take keys that were made elsewhere into a workshop: by a notebook, another tool, or orkeys on another computer.\n' +
        'Every key is tested, and must be one of your account. Nothing changes on the account.',
    )
    .addArgument(new Argument('<file>', 'JSON, CSV or XLSX with keys and people (- for stdin)').argRequired())
    .optionsGroup('Keys to import:')
    .addOption(new Option('--prefix <prefix>', 'workshop that takes the keys (default: ORKEYS_PREFIX)'))
    .addOption(new Option('--roster <file>', 'who the people are: found by address, otherwise by name'));
  return addConnectionFlags(addAllRowsFlag(addWaitFlag(addOutputFlags(addConfirmationFlags(addRosterFlags(base))))))
    .addHelpText('after', host.helpText(HELP))
    .action(async (file, flags) => {
      const { runImport } = await import('./run.ts');
      const options = { ...flags, file, roster: flags.roster, rosterFlags: flags, prefix: flags.prefix };
      host.finish(await runImport({ ...options, session: sessionFlags(flags) }, host.ctx));
    });
}

const HELP: HelpText = {
  notes: [
    'Keys are found by what they look like, their owners by the columns beside them. What is in doubt is named and left as it is.',
    'Imported keys are then like all others: list, verify, rotate, revoke and hand-outs know whose they are.',
  ],
  examples: [
    'orkeys import api_keys.json --prefix BSSDH_2025 --dry-run',
    'orkeys import keys.csv --prefix BSSDH_2025 --roster participants.xlsx',
  ],
  exitCodes: { ...changeExitCodes('all imported, or imported before'), PARTIAL: 'some keys were left as they are' },
};
