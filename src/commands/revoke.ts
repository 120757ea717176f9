import { Command, Option } from '@commander-js/extra-typings';
import type { CommandHost } from './host.ts';
import { addChangeFlags, addServiceFlags, sessionFlags } from './shared-flags.ts';

export function createRevokeCommand(host: CommandHost) {
  const command = new Command('revoke')
    .summary('delete the keys of a workshop')
    .description(
      'Deletes keys of the account for ever: whoever uses one is locked out at once, and no key comes back.\n' +
        'Shows first what would go. What they spent is kept in the journal.',
    )
    .addOption(new Option('--prefix <prefix>', 'keys whose name begins with this and an underscore'))
    .addOption(new Option('--workspace <workspace>', 'only this workspace, by slug, name or id (default: all)'));
  return addServiceFlags(addChangeFlags(command))
    .addHelpText('after', HELP)
    .action(async (flags) => {
      const { runRevoke } = await import('../stories/revoke.ts');
      host.finish(await runRevoke({ ...flags, session: sessionFlags(flags) }, host.ctx));
    });
}

const HELP = `
On a terminal you type the prefix to confirm; a script needs --yes.

Examples:
  orkeys revoke --prefix BSSDH_2025 --dry-run
  orkeys revoke --prefix BSSDH_2025

Exit codes:
  0 all gone, also when they were gone before · 2 wrong usage, nothing changed · 3 some are left, run again
  4 not authorised · 5 service not reachable, run again · 7 another run is active · 130 interrupted, run again`;
