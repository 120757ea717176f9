import { Command, Option } from '@commander-js/extra-typings';
import { addRosterFlags } from '../flags/roster-flags.ts';
import { addAllFlag, addSelectorFlags } from '../flags/selection-flags.ts';
import { addChangeFlags, addServiceFlags, sessionFlags } from '../flags/shared-flags.ts';
import type { CommandHost } from '../host.ts';

export function createRotateCommand(host: CommandHost) {
  const command = new Command('rotate')
    .summary('put new keys in the place of old ones')
    .description(
      'Makes a new key with the same settings for each selected one, saves it, and only then takes the old one away.\n' +
        'Nobody is without a working key in between. Run again after an interruption, it finishes what is left.',
    )
    .addOption(new Option('--grace', 'disable the old keys instead of deleting them').default(false))
    .addOption(new Option('--carry-remaining', 'new limit = what is left of the old one').default(false))
    .option('--expires <when>', 'a date, a UTC time, or 7d: the new keys stop working then')
    .option('--no-expires', 'the new keys have no expiry');
  return addServiceFlags(addChangeFlags(addRosterFlags(addAllFlag(addSelectorFlags(command)))))
    .addHelpText('after', HELP)
    .action(async (flags) => {
      const { runRotate } = await import('./run.ts');
      host.finish(await runRotate({ ...flags, selectors: flags, session: sessionFlags(flags) }, host.ctx));
    });
}

const HELP = `
The new keys are in keys.json and keys.xlsx of the workshop's folder, in place of the old ones.
On a terminal you type how many keys are rotated; a script needs --yes.

Examples:
  orkeys rotate --email anda.baklane@example.org
  orkeys rotate --prefix BSSDH_2025 --expires 14d --carry-remaining
  orkeys rotate --hash 5f2a --grace

Exit codes:
  0 all done · 2 wrong usage, nothing changed · 3 some are left, run again · 4 not authorised
  5 service not reachable, run again · 6 output cannot be saved · 7 another run is active · 130 interrupted, run again`;
