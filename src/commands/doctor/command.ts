import { Command, Option } from '@commander-js/extra-typings';
import { addChangeFlags, addServiceFlags, sessionFlags } from '../flags/shared-flags.ts';
import type { CommandHost } from '../host.ts';

export function createDoctorCommand(host: CommandHost) {
  const command = new Command('doctor')
    .summary('find out what is wrong, and what to do')
    .description(
      'Looks at this computer, the service, the account and each workshop, and says what to do about what it finds.\n' +
        'What a broken run left open (a key whose secret nobody has) is shown, and settled when you say yes.',
    )
    .addOption(new Option('--prefix <prefix>', 'only this workshop (default: all in the output folder)'));
  return addServiceFlags(addChangeFlags(command))
    .addHelpText('after', HELP)
    .action(async (flags) => {
      const { prefix, dryRun, yes, json } = flags;
      const { runDoctor } = await import('./run.ts');
      host.finish(await runDoctor({ session: sessionFlags(flags), prefix, dryRun, yes, json }, host.ctx));
    });
}

const HELP = `
Examples:
  orkeys doctor
  orkeys doctor --prefix BSSDH_2025 --dry-run
  orkeys doctor --yes --json

Exit codes:
  0 no problem, perhaps warnings · 2 wrong usage · 3 problems · 4 the management key is one of them
  5 the network is one of them · 6 a folder that cannot be used is one of them · 130 interrupted`;
