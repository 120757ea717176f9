import { Command, Option } from '@commander-js/extra-typings';
import { addServiceFlags, sessionFlags } from '../flags/shared-flags.ts';
import type { CommandHost } from '../host.ts';

export function createShowCommand(host: CommandHost) {
  const command = new Command('show')
    .summary('show one key whole, and whose it is')
    .description('Shows all that is known about one key, whose it is, and where its secret is saved. Changes nothing.')
    .argument('<key>', "a key's name, its hash or the first 4 digits of it, or its participant's e-mail or name")
    .addOption(new Option('--fields <a,b>', 'only these fields, in this order'));
  return addServiceFlags(command)
    .addHelpText('after', HELP)
    .action(async (key, flags) => {
      const { fields, json, quiet } = flags;
      const { runShow } = await import('./run.ts');
      host.finish(await runShow({ key, session: sessionFlags(flags), fields, json, quiet }, host.ctx));
    });
}

const HELP = `
Examples:
  orkeys show anda.baklane@example.org
  orkeys show BSSDH_2025_Anda_Baklane_k7f3q2xw
  orkeys show 3f9a
  orkeys show "Anda Baklane" --json --fields name,limit_remaining

Exit codes:
  0 shown · 2 no such key, or several that fit · 4 not authorised · 5 service not reachable`;
