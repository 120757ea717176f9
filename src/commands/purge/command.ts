import { Command, Option } from '@commander-js/extra-typings';
import { usageError } from '../../errors.ts';
import { addConnectionFlags, sessionFlags } from '../flags/connection.ts';
import { typedWorkshop, workshopArgument, workshopFlag } from '../flags/one-workshop.ts';
import { addConfirmationFlags, addOutputFlags, addWaitFlag } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createPurgeCommand(host: CommandHost) {
  const command = new Command('purge')
    .description(
      'Remove every secret of a workshop from the files on this computer, after its keys were deleted.\n' +
        'Removes hand-outs and copies, rewrites the journal, keys.json and keys.xlsx, then reads every file again to check.',
    )
    .addArgument(workshopArgument('workshop prefix (optional if there is only one)'))
    .addOption(workshopFlag())
    .optionsGroup('What to remove:')
    .addOption(
      new Option('--people', 'also remove names, email addresses, the roster and what was spent (usage.*)').default(
        false,
      ),
    )
    .addOption(new Option('--working', 'remove the secrets although keys still exist').default(false))
    .addOption(new Option('--offline', 'rely on the journal instead of checking the account').default(false));
  return addConnectionFlags(addWaitFlag(addOutputFlags(addConfirmationFlags(command))))
    .addHelpText('after', host.helpText(HELP))
    .action(async (typed, flags) => {
      const prefix = typedWorkshop(typed, flags.prefix);
      if (flags.people && flags.working) throw peopleAndWorking();
      const { runPurge } = await import('./run.ts');
      host.finish(await runPurge(prefix, { ...flags, session: sessionFlags(flags) }, host.ctx));
    });
}

function peopleAndWorking(): Error {
  return usageError(
    'contradiction',
    '--people and --working cannot be combined: nobody could tell whose keys still work.',
    {
      hint: 'Delete the keys first with orkeys revoke, or remove one of the options.',
    },
  );
}

const HELP: HelpText = {
  notes: [
    'Deleting the keys is what makes their secrets worthless, wherever copies of them are. Purge keeps the folder clean.',
    'It cannot reach backups, synced folders, printed pages and sent messages. With --working, nobody can read these',
    'secrets again; orkeys rotate replaces the keys. To confirm that, type the prefix. Scripts need --yes.',
  ],
  examples: ['orkeys purge BSSDH_2025 --dry-run', 'orkeys purge BSSDH_2025', 'orkeys purge BSSDH_2025 --people --yes'],
  exitCodes: {
    OK: 'no secret left',
    USAGE: 'usage error, or keys still exist; nothing changed',
    PARTIAL: 'a secret is left in a file, or a file cannot be checked',
    NOT_AUTHORIZED: true,
    UNREACHABLE: true,
    CANNOT_SAVE: true,
    LOCKED: true,
    INTERRUPTED: true,
  },
};
