import { Command, Option } from '@commander-js/extra-typings';
import { addRosterFlags } from '../flags/roster-flags.ts';
import { addSelectorFlags } from '../flags/selection-flags.ts';
import { addServiceFlags, sessionFlags } from '../flags/shared-flags.ts';
import type { CommandHost } from '../host.ts';

export function createVerifyCommand(host: CommandHost) {
  const command = new Command('verify')
    .summary('ask with each saved key whether it works; spends nothing')
    .description(
      'Asks the service about each saved key, in the name of that key: does it work, with the limit and expiry that ' +
        'were planned?\n' +
        'Spends nothing and changes nothing. Needs no management key; with one it also tells why a key fails.',
    )
    .addOption(new Option('--fields <a,b>', 'only these fields, in this order'));
  return addServiceFlags(addRosterFlags(addSelectorFlags(command)))
    .addHelpText('after', HELP)
    .action(async (flags) => {
      const { fields, json, quiet } = flags;
      const { runVerify } = await import('./run.ts');
      host.finish(await runVerify({ session: sessionFlags(flags), selectors: flags, fields, json, quiet }, host.ctx));
    });
}

const HELP = `
Examples:
  orkeys verify --prefix BSSDH_2025
  orkeys verify --from BSSDH_2025_participants.xlsx
  orkeys verify --json --fields name,verdict

Exit codes:
  0 all of them work as planned · 2 wrong usage, or no saved key fits · 3 some do not · 5 service not reachable
  130 interrupted`;
