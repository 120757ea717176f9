import { Command, Option } from '@commander-js/extra-typings';
import { addConnectionFlags, sessionFlags } from '../flags/connection.ts';
import { addFieldsFlag, addOutputFlags } from '../flags/output.ts';
import { addRosterFlags } from '../flags/roster.ts';
import { addNoPrefixFlag, addSelectorFlags, readingFlags, workshopOrEmails } from '../flags/selection.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createListCommand(host: CommandHost) {
  const command = new Command('list')
    .description(
      'List all keys on the account, including disabled and expired ones. Read-only.\n' +
        'Secrets are masked: OpenRouter shows a secret only once, when the key is created.',
    )
    .addArgument(workshopOrEmails());
  return addConnectionFlags(
    addOutputFlags(
      addRosterFlags(
        addNoPrefixFlag(addSelectorFlags(addFieldsFlag(command).addOption(sortOrder()).addOption(wide()))),
      ),
    ),
  )
    .addHelpText('after', host.helpText(HELP))
    .action(async (words, typed) => {
      const flags = readingFlags(words, typed);
      const { sort, wide, fields, json, quiet } = flags;
      const { runList } = await import('./run.ts');
      host.finish(
        await runList({ session: sessionFlags(flags), selectors: flags, sort, wide, fields, json, quiet }, host.ctx),
      );
    });
}

function sortOrder() {
  return new Option('--sort <order>', 'order of the keys (default: row with --prefix, else created)').choices([
    'row',
    'name',
    'spent',
    'created',
  ] as const);
}

function wide() {
  return new Option('--wide', 'show key names in full, and all columns that fit').default(false);
}

const HELP: HelpText = {
  examples: [
    'orkeys list BSSDH_2025',
    'orkeys list BSSDH_2025 --where "Group=Table 3"',
    'orkeys list BSSDH_2025 --over 80% --sort spent',
    'orkeys list --json > account-keys.json',
  ],
  exitCodes: {
    OK: 'success, even if no key matches',
    USAGE: 'usage error',
    NOT_AUTHORIZED: true,
    UNREACHABLE: true,
    INTERRUPTED: true,
  },
};
