import { Command, Option } from '@commander-js/extra-typings';
import { addChangeManyFlags } from '../flags/changing.ts';
import { sessionFlags } from '../flags/connection.ts';
import {
  addCreateDuplicates,
  addMovedFlags,
  addNewKeyFlags,
  addPerFlags,
  addTiersFlag,
  noLimitReset,
  rosterPrefix,
} from '../flags/new-keys.ts';
import { rosterArgument } from '../flags/roster.ts';
import { changeExitCodes, type HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createSyncCommand(host: CommandHost) {
  const base = new Command('sync')
    .description(
      'Create missing keys and update limits so that they match the roster.\n' +
        'Participants no longer in the roster are reported; their keys are kept unless you add --revoke-missing.',
    )
    .addArgument(rosterArgument())
    .optionsGroup('What to change:')
    .addOption(rosterPrefix())
    .option('--limit <usd>', 'limit for rows without one (default: 1 for new keys, existing keys unchanged)');
  const command = addPerFlags(addMovedFlags(addCreateDuplicates(addTiersFlag(addNewKeyFlags(base)))))
    .addOption(noLimitReset())
    .addOption(
      new Option('--revoke-missing', 'delete the keys of participants no longer in the roster').default(false),
    );
  return addChangeManyFlags(command)
    .addHelpText('after', host.helpText(HELP))
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

const HELP: HelpText = {
  notes: ["A key's expiration cannot be changed. To replace keys, use orkeys rotate --expires."],
  examples: [
    'orkeys sync BSSDH_2025_participants.xlsx --dry-run',
    'orkeys sync BSSDH_2025_participants.xlsx --limit 3 --yes',
    'orkeys sync team.xlsx --prefix TEAM --revoke-missing',
  ],
  exitCodes: { ...changeExitCodes('keys match the roster'), USAGE: 'usage or roster error, nothing changed' },
};
