import { Command, Option } from '@commander-js/extra-typings';
import { addRosterFlags } from '../flags/roster-flags.ts';
import { addAllFlag, addSelectorFlags } from '../flags/selection-flags.ts';
import { addChangeFlags, addLimitReset, addServiceFlags, sessionFlags } from '../flags/shared-flags.ts';
import type { CommandHost } from '../host.ts';

export function createUpdateCommand(host: CommandHost) {
  const base = new Command('update')
    .summary('change limits of keys, disable or enable them')
    .description(
      'Changes keys that exist; their secrets stay.\n' +
        'Shows old → new for each key first. Keys that are as they shall be are not touched.',
    )
    .option('--limit <usd>', 'what each key may spend, or "none" for no limit')
    .option('--add-limit <usd>', 'so much more than each key may spend now');
  const command = addLimitReset(base)
    .option('--no-limit-reset', 'the spent amount never starts again')
    .option('--disable', 'stop them from working; nothing is lost')
    .option('--enable', 'let disabled keys work again')
    .option('--include-byok', 'count own provider keys (BYOK) into the limit too')
    .option('--no-include-byok', 'do not count them')
    .option('--rename <name>', 'another name, for one key')
    .addOption(new Option('--expires <when>', 'cannot be changed').hideHelp());
  return addServiceFlags(addChangeFlags(addRosterFlags(addAllFlag(addSelectorFlags(command)))))
    .addHelpText('after', HELP)
    .action(async (flags) => {
      const { runUpdate } = await import('./run.ts');
      host.finish(
        await runUpdate({ ...flags, changes: flags, selectors: flags, session: sessionFlags(flags) }, host.ctx),
      );
    });
}

const HELP = `
An expiry cannot be changed: orkeys rotate --expires makes new keys with another one.

Examples:
  orkeys update --prefix BSSDH_2025 --limit 3
  orkeys update --prefix BSSDH_2025 --over 80% --add-limit 1
  orkeys update --email anda.baklane@example.org --disable
  orkeys update --hash 5f2a --limit-reset daily --dry-run

Exit codes:
  0 all done, or nothing to do · 2 wrong usage, nothing changed · 3 some are left · 4 not authorised
  5 service not reachable, run again · 7 another run is active · 130 interrupted, run again`;
