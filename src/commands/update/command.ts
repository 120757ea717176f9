import { Command, Option } from '@commander-js/extra-typings';
import { addChangeSelectedFlags } from '../flags/changing.ts';
import { sessionFlags } from '../flags/connection.ts';
import { addLimitResetFlag, noLimitReset } from '../flags/new-keys.ts';
import { changingFlags, emailArguments } from '../flags/selection.ts';
import { changeExitCodes, type HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createUpdateCommand(host: CommandHost) {
  const base = new Command('update')
    .description(
      'Change existing keys. Their secrets stay the same.\n' +
        'Shows old → new for each key first. Keys that already have these settings are left unchanged.',
    )
    .addArgument(emailArguments())
    .optionsGroup('What to change:')
    .option('--limit <usd>', 'new limit per key in US dollars, or "none"')
    .option('--add-limit <usd>', "amount to add to each key's limit");
  const command = addLimitResetFlag(base)
    .addOption(noLimitReset())
    .option('--disable', 'disable the keys; can be undone with --enable')
    .option('--enable', 'enable disabled keys')
    .option('--include-byok', 'count BYOK usage (your own provider keys) toward the limit')
    .option('--no-include-byok', 'do not count BYOK usage toward the limit')
    .option('--rename <name>', 'new name; select exactly one key')
    .addOption(new Option('--expires <when>', 'cannot be changed').hideHelp());
  return addChangeSelectedFlags(command)
    .addHelpText('after', host.helpText(HELP))
    .action(async (emails, typed) => {
      const flags = changingFlags(emails, typed, 'orkeys update');
      const { runUpdate } = await import('./run.ts');
      host.finish(
        await runUpdate({ ...flags, changes: flags, selectors: flags, session: sessionFlags(flags) }, host.ctx),
      );
    });
}

const HELP: HelpText = {
  notes: ["A key's expiration cannot be changed. To replace keys, use orkeys rotate --expires."],
  examples: [
    'orkeys update --prefix BSSDH_2025 --limit 3',
    'orkeys update --prefix BSSDH_2025 --over 80% --add-limit 1',
    'orkeys update --email anda.baklane@example.org --disable',
    'orkeys update --hash 5f2a --limit-reset daily --dry-run',
  ],
  exitCodes: changeExitCodes('success, or nothing to change'),
};
