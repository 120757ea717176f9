import { Command, Option } from '@commander-js/extra-typings';
import { addChangeSelectedFlags } from '../flags/changing.ts';
import { sessionFlags } from '../flags/connection.ts';
import { changingFlags, emailArguments } from '../flags/selection.ts';
import { changeExitCodes, type HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createRotateCommand(host: CommandHost) {
  const command = new Command('rotate')
    .description(
      'Replace each selected key with a new one that has the same settings. The old key is deleted only after the new ' +
        'one is saved.\n' +
        'Everyone has a working key throughout. If interrupted, run the same command again to finish.',
    )
    .addArgument(emailArguments())
    .optionsGroup('What to change:')
    .addOption(new Option('--grace', 'disable the old keys instead of deleting them').default(false))
    .addOption(new Option('--carry-remaining', "set each new limit to the old key's remaining amount").default(false))
    .option('--expires <when>', 'expiration of the new keys: a date, a UTC time or a span such as 7d')
    .option('--no-expires', 'create new keys without an expiration');
  return addChangeSelectedFlags(command)
    .addHelpText('after', host.helpText(HELP))
    .action(async (emails, typed) => {
      const flags = changingFlags(emails, typed, 'orkeys rotate');
      const { runRotate } = await import('./run.ts');
      host.finish(await runRotate({ ...flags, selectors: flags, session: sessionFlags(flags) }, host.ctx));
    });
}

const HELP: HelpText = {
  notes: [
    'The new keys replace the old ones in keys.json and keys.xlsx of the workshop folder.',
    'To confirm, type the prefix, or the name of a single key. Scripts need --yes.',
  ],
  examples: [
    'orkeys rotate --email anda.baklane@example.org',
    'orkeys rotate --prefix BSSDH_2025 --expires 14d --carry-remaining',
    'orkeys rotate --hash 5f2a --grace',
  ],
  exitCodes: changeExitCodes('success'),
};
