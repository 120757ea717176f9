import { Command } from '@commander-js/extra-typings';
import {
  addLocalChangeFlags,
  localFlags,
  typedWorkshop,
  workshopArgument,
  workshopFlag,
} from '../flags/one-workshop.ts';
import { addConfirmationFlags } from '../flags/output.ts';
import type { CommandHost } from '../host.ts';
import { helpOf } from './command-help.ts';

export function createRestoreCommand(host: CommandHost) {
  const command = new Command('restore')
    .summary('put back what a database lost of a workshop')
    .description(
      'Put back into the database what this computer saw of a workshop, if the database lost it, or somebody changed it there.\n' +
        'Shows what differs first. Nothing that can still be read is removed.',
    )
    .addArgument(workshopArgument('workshop prefix (optional if there is only one)'))
    .addOption(workshopFlag());
  return addLocalChangeFlags(addConfirmationFlags(command))
    .addHelpText(
      'after',
      host.helpText({
        ...helpOf(['orkeys share restore BSSDH_2025 --dry-run', 'orkeys share restore BSSDH_2025']),
        notes: ['Every computer that uses a workshop keeps what it saw, encrypted. Run it on the one that saw most.'],
      }),
    )
    .action(async (typed, flags) => {
      const { runShareRestore } = await import('./restore.ts');
      const options = { ...flags, ...localFlags(flags) };
      host.finish(await runShareRestore(typedWorkshop(typed, flags.prefix), options, host.ctx));
    });
}
