import { Command, Option } from '@commander-js/extra-typings';
import { addChangeFlags, addKeyFlags, addServiceFlags, newKeyLimit, sessionFlags } from '../flags/shared-flags.ts';
import type { CommandHost } from '../host.ts';

export function createCreateCommand(host: CommandHost) {
  const base = new Command('create')
    .summary('create one key, without a spreadsheet')
    .description(
      'Creates one key that belongs to nobody in particular: to test with, or with a budget of its own.\n' +
        'Its secret goes to journal and keys.json in the folder output/_account, or in that of --prefix.',
    )
    .argument('<name>', "the key's name; a tag is added to it")
    .addOption(newKeyLimit());
  const command = addKeyFlags(base)
    .addOption(new Option('--creator-user-id <id>', 'on whose behalf, in an organisation'))
    .addOption(new Option('--prefix <prefix>', 'save it in the folder of this workshop'))
    .addOption(new Option('--again', 'one more, although a key of that name is there').default(false))
    .addOption(new Option('--reveal', 'show the secret, once, on a terminal').default(false));
  return addServiceFlags(addChangeFlags(command))
    .addHelpText('after', HELP)
    .action(async (name, flags) => {
      const { runCreate } = await import('./run.ts');
      host.finish(await runCreate({ ...flags, name, session: sessionFlags(flags) }, host.ctx));
    });
}

const HELP = `
Examples:
  orkeys create test --limit 0.50
  orkeys create night_batch --limit 20 --limit-reset monthly --expires 90d
  orkeys create demo --limit 0.10 --expires 1d --reveal

Exit codes:
  0 created · 2 usage wrong, or there is one already · 3 not created, run again · 4 not authorised
  5 service not reachable, run again · 6 output cannot be saved · 7 another run is active · 130 interrupted, run again`;
