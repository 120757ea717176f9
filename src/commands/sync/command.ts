import { Command, Option } from '@commander-js/extra-typings';
import { addRosterFlags } from '../flags/roster-flags.ts';
import {
  addChangeFlags,
  addCreateDuplicates,
  addKeyFlags,
  addServiceFlags,
  sessionFlags,
} from '../flags/shared-flags.ts';
import type { CommandHost } from '../host.ts';

export function createSyncCommand(host: CommandHost) {
  const base = new Command('sync')
    .summary('make the keys what the spreadsheet says')
    .description(
      'Creates keys for people who have none, and changes limits that differ from the spreadsheet.\n' +
        'People who are no longer in it are shown; their keys stay unless --revoke-missing is given.',
    )
    .argument('<roster>', 'spreadsheet with the columns E-mail, Name, Surname (.xlsx, .csv; - for standard input)')
    .addOption(new Option('--prefix <prefix>', "begins each key's name; default: ORKEYS_PREFIX, else the file's name"))
    .option(
      '--limit <usd>',
      'for everybody whose row has no limit; when not given, new keys get 1 and the others stay',
    );
  const command = addCreateDuplicates(addKeyFlags(base))
    .option('--no-limit-reset', 'the spent amount never starts again')
    .addOption(new Option('--revoke-missing', 'delete the keys of people who are no longer listed').default(false));
  return addServiceFlags(addChangeFlags(addRosterFlags(command)))
    .addHelpText('after', HELP)
    .action(async (roster, flags) => {
      const { runSync } = await import('./run.ts');
      host.finish(
        await runSync(
          {
            ...flags,
            roster,
            rosterFlags: flags,
            args: host.args,
            session: sessionFlags(flags),
            createDuplicates: flags.createDuplicates || flags.replace,
          },
          host.ctx,
        ),
      );
    });
}

const HELP = `
An expiry cannot be changed: orkeys rotate --expires makes new keys with another one.

Examples:
  orkeys sync BSSDH_2025_participants.xlsx --dry-run
  orkeys sync BSSDH_2025_participants.xlsx --limit 3 --yes
  orkeys sync team.xlsx --prefix TEAM --revoke-missing

Exit codes:
  0 all is as the roster says · 2 usage or roster wrong, nothing changed · 3 some is left, run again
  4 not authorised · 5 service not reachable, run again · 6 output cannot be saved · 7 another run is active
  130 interrupted, run again`;
