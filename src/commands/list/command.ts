import { Command, Option } from '@commander-js/extra-typings';
import { addRosterFlags } from '../flags/roster-flags.ts';
import { addSelectorFlags } from '../flags/selection-flags.ts';
import { addServiceFlags, sessionFlags } from '../flags/shared-flags.ts';
import type { CommandHost } from '../host.ts';

export function createListCommand(host: CommandHost) {
  const command = new Command('list')
    .summary('show the keys of the account')
    .description(
      'Shows all keys of the account: every page, disabled and expired ones included. Changes nothing.\n' +
        'Secrets are shown masked; the account does not give them out again.',
    )
    .addOption(
      new Option('--sort <order>', 'order of the keys (default: row with --prefix, else created)').choices([
        'row',
        'name',
        'spent',
        'created',
      ] as const),
    )
    .addOption(new Option('--fields <a,b>', 'only these fields, in this order'));
  return addServiceFlags(addRosterFlags(addSelectorFlags(command)))
    .addHelpText('after', HELP)
    .action(async (flags) => {
      const { sort, fields, json, quiet } = flags;
      const { runList } = await import('./run.ts');
      host.finish(
        await runList({ session: sessionFlags(flags), selectors: flags, sort, fields, json, quiet }, host.ctx),
      );
    });
}

const HELP = `
Examples:
  orkeys list
  orkeys list --prefix BSSDH_2025
  orkeys list --prefix BSSDH_2025 --over 80%
  orkeys list --email anda.baklane@example.org
  orkeys list --fields name,usage,limit_remaining
  orkeys list --json > keys-of-the-account.json

Exit codes:
  0 shown, also when there is nothing to show · 2 wrong usage · 4 not authorised · 5 service not reachable`;
