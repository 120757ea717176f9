import { Command, Option } from '@commander-js/extra-typings';
import { addConnectionFlags, sessionFlags } from '../flags/connection.ts';
import { addFieldsFlag, addOutputFlags } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createShowCommand(host: CommandHost) {
  const command = new Command('show')
    .description('Show all details of one key, its owner and where its secret is saved. Read-only.')
    .argument(
      '[key]',
      "participant's email or name, key name, or a part or pattern of one; hash (4 or more characters); or a prefix",
    )
    .optionsGroup('Which key:')
    .addOption(new Option('--email <address>', 'key of the participant with this email'))
    .addOption(
      new Option('--prefix <prefix>', 'only keys of this workshop (default: ORKEYS_PREFIX if it has a match)'),
    );
  const shown = addFieldsFlag(command)
    .addOption(new Option('--reveal', 'show the secret (terminal only)').default(false))
    .addOption(new Option('--copy', 'copy the secret to the clipboard').default(false));
  return addConnectionFlags(addOutputFlags(shown))
    .addHelpText('after', host.helpText(HELP))
    .action(async (key, flags) => {
      const { runShow } = await import('./run.ts');
      host.finish(await runShow({ ...flags, key, session: sessionFlags(flags) }, host.ctx));
    });
}

const HELP: HelpText = {
  examples: [
    'orkeys show anda.baklane@example.org',
    'orkeys show baklane --copy',
    'orkeys show 3f9a --reveal',
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
