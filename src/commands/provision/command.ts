import { Command, Option } from '@commander-js/extra-typings';
import { addRosterFlags } from '../flags/roster-flags.ts';
import {
  addChangeFlags,
  addCreateDuplicates,
  addKeyFlags,
  addServiceFlags,
  newKeyLimit,
  sessionFlags,
} from '../flags/shared-flags.ts';
import type { CommandHost } from '../host.ts';

export function createProvisionCommand(host: CommandHost) {
  const base = new Command('provision')
    .summary('create one key for each participant of a spreadsheet')
    .description(
      'Creates one key for each participant of a spreadsheet and saves all of them in the output folder.\n' +
        'Run again, it makes keys only for those who have none; nobody gets two.',
    )
    .argument('<roster>', 'spreadsheet with the columns E-mail, Name, Surname (.xlsx, .csv; - for standard input)')
    .addOption(new Option('--prefix <prefix>', "begins each key's name; default: ORKEYS_PREFIX, else the file's name"))
    .addOption(newKeyLimit());
  const command = addCreateDuplicates(addKeyFlags(base)).addOption(
    new Option('--skip-invalid', 'go on without rows that have problems').default(false),
  );
  return addServiceFlags(addChangeFlags(addRosterFlags(command)))
    .addHelpText('after', HELP)
    .action(async (roster, flags) => {
      const { runProvision } = await import('./run.ts');
      host.finish(
        await runProvision(
          {
            ...flags,
            roster,
            rosterFlags: flags,
            session: sessionFlags(flags),
            args: host.args,
            createDuplicates: flags.createDuplicates || flags.replace,
          },
          host.ctx,
        ),
      );
    });
}

const HELP = `
The folder output/<prefix>/ then holds keys.xlsx (your table with the keys), keys.json and journal.jsonl (what was done).

Examples:
  orkeys provision participants.xlsx --limit 1 --sandbox
  orkeys provision BSSDH_2025_participants.xlsx --limit 2 --expires 7d
  orkeys provision staff.xlsx --prefix TEAM --limit 20 --limit-reset monthly

Exit codes:
  0 everybody has a key · 2 usage or roster wrong, nothing changed · 3 some have none, run again · 4 not authorised
  5 service not reachable, run again · 6 output cannot be saved · 7 another run is active · 130 interrupted, run again`;
