import { Command } from '@commander-js/extra-typings';
import {
  addLocalChangeFlags,
  localFlags,
  typedWorkshop,
  workshopArgument,
  workshopFlag,
} from '../flags/one-workshop.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createExportCommand(host: CommandHost) {
  const command = new Command('export')
    .description(
      'Rebuild keys.json and keys.xlsx of a workshop from its journal.\n' +
        'Works offline and needs no management key.',
    )
    .addArgument(workshopArgument('workshop prefix (optional if there is only one)'))
    .addOption(workshopFlag());
  return addLocalChangeFlags(command)
    .addHelpText('after', host.helpText(HELP))
    .action(async (typed, flags) => {
      const prefix = typedWorkshop(typed, flags.prefix);
      const { runExport } = await import('./run.ts');
      host.finish(await runExport(prefix, localFlags(flags), host.ctx));
    });
}

const HELP: HelpText = {
  notes: [
    'With a management key, keys that the account does not have are left out. Without one, or offline, keys are exported as the journal knows them. To compare them later, run orkeys verify.',
  ],
  examples: ['orkeys export', 'orkeys export BSSDH_2025', 'orkeys export BSSDH_2025 --json'],
  exitCodes: {
    OK: 'success',
    USAGE: 'no such workshop, or its journal is damaged',
    CANNOT_SAVE: true,
    LOCKED: true,
  },
};
