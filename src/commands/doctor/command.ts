import { Command } from '@commander-js/extra-typings';
import { addConnectionFlags, sessionFlags } from '../flags/connection.ts';
import { typedWorkshop, workshopArgument, workshopFlag } from '../flags/one-workshop.ts';
import { addConfirmationFlags, addOutputFlags } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createDoctorCommand(host: CommandHost) {
  const command = new Command('doctor')
    .description(
      'Check this computer, OpenRouter, the account and every workshop, and suggest fixes.\n' +
        'Shows what an interrupted run left unresolved, such as an orphaned key, and resolves it if you confirm.',
    )
    .addArgument(workshopArgument('workshop to check (default: all in the output folder)'))
    .addOption(workshopFlag())
    .option('--verbose', 'show every check of every workshop, not only what is wrong', false);
  return addConnectionFlags(addOutputFlags(addConfirmationFlags(command)))
    .addHelpText('after', host.helpText(HELP))
    .action(async (typed, flags) => {
      const { dryRun, yes, json, verbose } = flags;
      const prefix = typedWorkshop(typed, flags.prefix);
      const { runDoctor } = await import('./run.ts');
      host.finish(await runDoctor({ session: sessionFlags(flags), prefix, dryRun, yes, json, verbose }, host.ctx));
    });
}

const HELP: HelpText = {
  examples: ['orkeys doctor', 'orkeys doctor BSSDH_2025 --dry-run', 'orkeys doctor --yes --json'],
  exitCodes: {
    OK: 'no problems, maybe warnings',
    USAGE: 'usage error',
    PARTIAL: 'problems found',
    NOT_AUTHORIZED: 'management key problem',
    UNREACHABLE: 'network problem',
    CANNOT_SAVE: 'folder problem',
    INTERRUPTED: true,
  },
};
