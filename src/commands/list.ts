import { Command, Option } from '@commander-js/extra-typings';
import type { CommandHost } from './host.ts';
import { addServiceFlags, sessionFlags } from './shared-flags.ts';

export function createListCommand(host: CommandHost) {
  const command = new Command('list')
    .summary('show the keys of the account')
    .description(
      'Shows all keys of the account: every page, disabled and expired ones included. Changes nothing.\n' +
        'Secrets are shown masked; the account does not give them out again.',
    )
    .addOption(new Option('--prefix <prefix>', 'only keys whose name begins with this and an underscore'))
    .addOption(new Option('--workspace <workspace>', 'only this workspace, by slug, name or id (default: all)'));
  return addServiceFlags(command)
    .addHelpText('after', HELP)
    .action(async (flags) => {
      const { prefix, workspace, json } = flags;
      const { runList } = await import('../stories/list.ts');
      host.finish(await runList({ session: sessionFlags(flags), prefix, workspace, json }, host.ctx));
    });
}

const HELP = `
Examples:
  orkeys list
  orkeys list --prefix BSSDH_2025
  orkeys list --json > keys-of-the-account.json

Exit codes:
  0 shown, also when there is nothing to show · 2 wrong usage · 4 not authorised · 5 service not reachable`;
