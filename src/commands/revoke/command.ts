import { Command, Option } from '@commander-js/extra-typings';
import { addRosterFlags } from '../flags/roster-flags.ts';
import { addAllFlag, addSelectorFlags } from '../flags/selection-flags.ts';
import { addChangeFlags, addServiceFlags, sessionFlags } from '../flags/shared-flags.ts';
import type { CommandHost } from '../host.ts';

export function createRevokeCommand(host: CommandHost) {
  const command = new Command('revoke')
    .summary('delete keys, for one workshop or as selected')
    .description(
      'Deletes keys of the account for ever: whoever uses one is locked out at once, and no key comes back.\n' +
        'Shows first what would go. What they spent is kept in the journal.',
    )
    .addOption(new Option('--disable', 'only stop them from working; orkeys update --enable undoes it').default(false));
  return addServiceFlags(addChangeFlags(addRosterFlags(addAllFlag(addSelectorFlags(command)))))
    .addHelpText('after', HELP)
    .action(async (flags) => {
      const { runRevoke } = await import('./run.ts');
      host.finish(await runRevoke({ ...flags, selectors: flags, session: sessionFlags(flags) }, host.ctx));
    });
}

const HELP = `
On a terminal you type the prefix, or how many keys go, to confirm; a script needs --yes.

Examples:
  orkeys revoke --prefix BSSDH_2025 --dry-run
  orkeys revoke --prefix BSSDH_2025
  orkeys revoke --prefix BSSDH_2025 --unused --disable
  orkeys revoke --not-in participants.xlsx --prefix BSSDH_2025

Exit codes:
  0 all gone, also when they were gone before · 2 wrong usage, nothing changed · 3 some are left, run again
  4 not authorised · 5 service not reachable, run again · 7 another run is active · 130 interrupted, run again`;
