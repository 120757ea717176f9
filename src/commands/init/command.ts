import { Command, Option } from '@commander-js/extra-typings';
import { addJsonFlag } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createInitCommand(host: CommandHost) {
  const command = new Command('init').description(
    'Prepare this folder: .env with your management key, .gitignore, and a sample roster.\n' +
      'Asks for the management key without showing it. Never overwrites a file.',
  );
  return addJsonFlag(
    command
      .optionsGroup('Confirmation:')
      .addOption(new Option('--dry-run', 'show what would be written, and write nothing').default(false)),
  )
    .addHelpText('after', host.helpText(HELP))
    .action(async (flags) => {
      const { runInit } = await import('./run.ts');
      host.finish(await runInit(flags, host.ctx));
    });
}

const HELP: HelpText = {
  notes: [
    'A management key in a .env file can be read by everyone who can read the file. orkeys login saves it in the key store of this computer ' +
      'instead; then press Enter at the question.',
  ],
  examples: ['orkeys init', 'orkeys init --dry-run', 'orkeys init --json'],
  exitCodes: { OK: true, USAGE: 'usage error, nothing written', CANNOT_SAVE: true, INTERRUPTED: true },
};
