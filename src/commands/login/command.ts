import { Argument, Command, Option } from '@commander-js/extra-typings';
import { usageError } from '../../errors.ts';
import { addConfirmationFlags, addJsonFlag } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createLoginCommand(host: CommandHost) {
  const command = new Command('login')
    .description(
      'Save a management key in the key store of this computer, under the name of a profile.\n' +
        'Asks for it without showing it, or reads it from a pipe, and checks it on OpenRouter first.',
    )
    .addArgument(new Argument('[profile]', 'name of the profile (default: the default profile, or "default")'))
    .optionsGroup('What to save:')
    .addOption(new Option('--default', 'use this profile when nothing else selects a management key').default(false))
    .addOption(new Option('--smtp', 'save the password of the mail server in ORKEYS_SMTP_URL instead').default(false));
  return addJsonFlag(addConfirmationFlags(command))
    .addHelpText('after', host.helpText(HELP))
    .action(async (profile, flags) => {
      if (flags.smtp && (profile !== undefined || flags.default)) throw smtpAndProfile();
      const { runLogin } = await import('./run.ts');
      host.finish(await runLogin(profile, flags, host.ctx));
    });
}

function smtpAndProfile(): Error {
  return usageError(
    'contradiction',
    '--smtp cannot be combined with a profile: a mail password belongs to its server.',
    {
      hint: 'Remove --smtp, or type only: orkeys login --smtp',
    },
  );
}

const HELP: HelpText = {
  notes: [
    'The key store is the keyring on Linux, the keychain on macOS, or the data',
    'protection of Windows. Where there is none, use a .env file. A management key',
    'in the environment or in .env is used before the default profile.',
  ],
  examples: [
    'orkeys login',
    'orkeys login work --default',
    'pass show openrouter | orkeys login',
    'orkeys login --smtp',
  ],
  exitCodes: {
    OK: true,
    USAGE: 'usage error, nothing saved',
    NOT_AUTHORIZED: 'not a management key, or it was rejected',
    UNREACHABLE: true,
    CANNOT_SAVE: 'no key store, or it is locked',
    LOCKED: 'another orkeys process changes them just now',
    INTERRUPTED: true,
  },
};
