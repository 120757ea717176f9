import { Command, Option } from '@commander-js/extra-typings';
import { addDryRunFlag, addJsonFlag } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createProfilesCommand(host: CommandHost) {
  const command = new Command('profiles')
    .description('List the management keys that orkeys login saved on this computer, without their secrets.')
    .optionsGroup('What to change:')
    .addOption(new Option('--default <name>', 'profile to use when nothing else selects a management key'));
  return addJsonFlag(addDryRunFlag(command))
    .addHelpText('after', host.helpText(HELP))
    .action(async (flags) => {
      const { runProfiles } = await import('./run.ts');
      host.finish(await runProfiles(flags, host.ctx));
    });
}

const HELP: HelpText = {
  notes: ['Reads no secret. To check a management key: orkeys whoami --profile <name>'],
  examples: ['orkeys profiles', 'orkeys profiles --default work', 'orkeys profiles --json'],
  exitCodes: { OK: true, USAGE: true, CANNOT_SAVE: true, LOCKED: 'another orkeys process changes them just now' },
};
