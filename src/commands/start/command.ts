import { Argument, Command, Option } from '@commander-js/extra-typings';
import type { Context } from '../../context.ts';
import type { ExitCode } from '../../errors.ts';
import { addJsonFlag } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

/** @param runCommand runs another command line, as if it had been typed instead */
export function createStartCommand(
  host: CommandHost,
  runCommand: (args: readonly string[], ctx: Context) => Promise<ExitCode>,
) {
  const command = new Command('start')
    .description(
      'Create keys from a spreadsheet, guided: one question at a time, each with a default.\n' +
        'Shows the plan before anything is created, then the command that does the same without questions.',
    )
    .addArgument(new Argument('[roster]', 'spreadsheet (.xlsx or .csv); without it, start asks'));
  return addJsonFlag(
    command
      .optionsGroup('Confirmation:')
      .addOption(new Option('--dry-run', 'show the plan, and change nothing').default(false)),
  )
    .addHelpText('after', host.helpText(HELP))
    .action(async (roster, flags) => {
      const { runStart } = await import('./run.ts');
      host.finish(await runStart({ ...flags, roster, runCommand }, host.ctx));
    });
}

const HELP: HelpText = {
  notes: [
    'Works on a terminal only; scripts use orkeys provision. Ctrl-C at a question changes nothing. A rehearsal simulates OpenRouter on this ' +
      'computer and needs no account.',
  ],
  examples: ['orkeys start', 'orkeys start participants.xlsx', 'orkeys start participants.xlsx --dry-run'],
  exitCodes: {
    OK: 'every participant has a key, or the plan was not confirmed',
    USAGE: 'usage or roster error, or no terminal; nothing changed',
    PARTIAL: true,
    NOT_AUTHORIZED: true,
    UNREACHABLE: true,
    CANNOT_SAVE: true,
    LOCKED: true,
    INTERRUPTED: true,
  },
};
