import { Command, Option } from '@commander-js/extra-typings';
import { addChangeManyFlags } from '../flags/changing.ts';
import { sessionFlags } from '../flags/connection.ts';
import {
  addCreateDuplicates,
  addMovedFlags,
  addNewKeyFlags,
  addPerFlags,
  addTiersFlag,
  newKeyLimit,
  rosterPrefix,
} from '../flags/new-keys.ts';
import { rosterArgument } from '../flags/roster.ts';
import { changeExitCodes, type HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createProvisionCommand(host: CommandHost) {
  const base = new Command('provision')
    .description(
      'Create one key for each participant in a roster and save the keys in the output folder.\n' +
        'Run it again at any time: it creates keys only for participants without one.',
    )
    .addArgument(rosterArgument())
    .optionsGroup('Keys to create:')
    .addOption(rosterPrefix())
    .addOption(newKeyLimit());
  const command = addPerFlags(addMovedFlags(addCreateDuplicates(addTiersFlag(addNewKeyFlags(base))))).addOption(
    new Option('--skip-invalid', 'skip rows with problems').default(false),
  );
  return addChangeManyFlags(command)
    .addHelpText('after', host.helpText(HELP))
    .action(async (roster, flags, typed) => {
      const { runProvision } = await import('./run.ts');
      host.finish(
        await runProvision(
          {
            ...flags,
            roster,
            rosterFlags: flags,
            session: sessionFlags(flags),
            args: host.args,
            notApplied: {
              limit: typed.getOptionValueSource('limit') === 'cli',
              limitReset: flags.limitReset !== undefined,
              expires: flags.expires !== undefined,
              includeByok: flags.includeByok,
              ofRows: roster !== '-',
              expiresOfRows: true,
            },
            createDuplicates: flags.createDuplicates || flags.replace,
          },
          host.ctx,
        ),
      );
    });
}

const HELP: HelpText = {
  notes: [
    'Results are saved in output/<prefix>/: keys.xlsx (your roster with the keys), keys.json (for scripts) and ' +
      'journal.jsonl (record of all changes).',
  ],
  examples: [
    'orkeys provision participants.xlsx --limit 1 --sandbox',
    'orkeys provision participants.xlsx --limit 2 --dry-run',
    'orkeys provision BSSDH_2025_participants.xlsx --limit 2 --expires 7d',
    'orkeys provision staff.xlsx --prefix TEAM --limit 20 --limit-reset monthly',
  ],
  exitCodes: { ...changeExitCodes('every participant has a key'), USAGE: 'usage or roster error, nothing changed' },
};
