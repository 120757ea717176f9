import { Command, Option } from '@commander-js/extra-typings';
import { addConnectionFlags, sessionFlags } from '../flags/connection.ts';
import { addNewKeyFlags, newKeyLimit } from '../flags/new-keys.ts';
import { addConfirmationFlags, addOutputFlags, addWaitFlag } from '../flags/output.ts';
import { changeExitCodes, type HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createCreateCommand(host: CommandHost) {
  const base = new Command('create')
    .description(
      'Create a single key that belongs to no participant, for example for testing or with its own limit.\n' +
        'Its secret is saved in the journal and keys.json of output/_account, or of the workshop set with --prefix.',
    )
    .argument('<name>', 'key name; a random tag is appended')
    .optionsGroup('Keys to create:')
    .addOption(newKeyLimit());
  const command = addNewKeyFlags(base)
    .addOption(new Option('--creator-user-id <id>', 'user ID to create the key for, in an organization'))
    .addOption(new Option('--prefix <prefix>', 'workshop to save the key in'))
    .addOption(new Option('--again', 'create another key even if one with this name exists').default(false))
    .addOption(new Option('--reveal', 'show the secret once (terminal only)').default(false));
  return addConnectionFlags(addWaitFlag(addOutputFlags(addConfirmationFlags(command))))
    .addHelpText('after', host.helpText(HELP))
    .action(async (name, flags) => {
      const { runCreate } = await import('./run.ts');
      host.finish(await runCreate({ ...flags, name, session: sessionFlags(flags) }, host.ctx));
    });
}

const HELP: HelpText = {
  examples: [
    'orkeys create test --limit 0.50',
    'orkeys create night_batch --limit 20 --limit-reset monthly --expires 90d',
    'orkeys create demo --limit 0.10 --expires 1d --reveal',
  ],
  exitCodes: { ...changeExitCodes('created'), USAGE: 'usage error, or the key exists', PARTIAL: 'not created, rerun' },
};
