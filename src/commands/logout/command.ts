import { Argument, Command, Option } from '@commander-js/extra-typings';
import { addConfirmationFlags, addJsonFlag } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createLogoutCommand(host: CommandHost) {
  const command = new Command('logout')
    .description(
      'Remove a management key from the key store of this computer.\n' +
        'The management key itself goes on working: delete it on OpenRouter if nobody needs it.',
    )
    .addArgument(new Argument('[profile]', 'name of the profile (default: the default profile)'))
    .optionsGroup('What to remove:')
    .addOption(new Option('--smtp <user@host>', 'remove the password of this mail server instead'));
  return addJsonFlag(addConfirmationFlags(command))
    .addHelpText('after', host.helpText(HELP))
    .action(async (profile, flags) => {
      const { runLogout } = await import('./run.ts');
      host.finish(await runLogout(profile, flags, host.ctx));
    });
}

const HELP: HelpText = {
  notes: ['OpenRouter shows a management key only once, so orkeys asks first. Scripts need --yes.'],
  examples: ['orkeys logout', 'orkeys logout work', 'orkeys logout --smtp zane@smtp.example.org'],
  exitCodes: {
    OK: true,
    USAGE: true,
    CANNOT_SAVE: 'no key store, or it is locked',
    LOCKED: 'another orkeys process changes them just now',
    INTERRUPTED: true,
  },
};
