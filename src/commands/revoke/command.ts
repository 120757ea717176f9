import { Command, Option } from '@commander-js/extra-typings';
import { addChangeSelectedFlags } from '../flags/changing.ts';
import { sessionFlags } from '../flags/connection.ts';
import { changingFlags, emailArguments } from '../flags/selection.ts';
import { changeExitCodes, type HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createRevokeCommand(host: CommandHost) {
  const command = new Command('revoke')
    .description(
      'Permanently delete keys. Anyone using one loses access immediately. This cannot be undone.\n' +
        'Shows what is deleted first. The journal keeps a record of what they spent.',
    )
    .addArgument(emailArguments())
    .optionsGroup('What to change:')
    .addOption(new Option('--disable', 'disable the keys instead; undo with orkeys update --enable').default(false));
  return addChangeSelectedFlags(command)
    .addHelpText('after', host.helpText(HELP))
    .action(async (emails, typed) => {
      const flags = changingFlags(emails, typed, 'orkeys revoke');
      const { runRevoke } = await import('./run.ts');
      host.finish(await runRevoke({ ...flags, selectors: flags, session: sessionFlags(flags) }, host.ctx));
    });
}

const HELP: HelpText = {
  notes: ['To confirm, type the prefix, or the name of a single key. Scripts need --yes.'],
  examples: [
    'orkeys revoke --prefix BSSDH_2025 --dry-run',
    'orkeys revoke --prefix BSSDH_2025',
    'orkeys revoke --prefix BSSDH_2025 --unused --disable',
    'orkeys revoke --prefix BSSDH_2025 --not-in participants.xlsx',
  ],
  exitCodes: changeExitCodes('all deleted, or already deleted'),
};
