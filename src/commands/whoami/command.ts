import { Command } from '@commander-js/extra-typings';
import { addConnectionFlags, sessionFlags } from '../flags/connection.ts';
import { addOutputFlags } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createWhoamiCommand(host: CommandHost) {
  const command = new Command('whoami').description(
    'Show which management key and account orkeys uses, and the remaining credit. Read-only.',
  );
  return addConnectionFlags(addOutputFlags(command))
    .addHelpText('after', host.helpText(HELP))
    .action(async (flags) => {
      const { runWhoami } = await import('./run.ts');
      host.finish(await runWhoami({ session: sessionFlags(flags), json: flags.json }, host.ctx));
    });
}

const HELP: HelpText = {
  examples: ['orkeys whoami', 'orkeys whoami --json', 'orkeys whoami --sandbox'],
  exitCodes: {
    OK: 'success, even for a regular API key',
    USAGE: 'usage error',
    NOT_AUTHORIZED: 'no management key, or it was rejected',
    UNREACHABLE: true,
    INTERRUPTED: true,
  },
};
