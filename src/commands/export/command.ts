import { Command } from '@commander-js/extra-typings';
import { addLocalFlags, localFlags } from '../flags/local-flags.ts';
import type { CommandHost } from '../host.ts';

export function createExportCommand(host: CommandHost) {
  const command = new Command('export')
    .summary('write keys.json and keys.xlsx anew from the journal')
    .description(
      'Writes keys.json and keys.xlsx of a workshop anew from its journal, which has everything.\n' +
        'Needs neither network nor management key.',
    )
    .argument('[prefix]', 'which workshop; may be left out when there is only one');
  return addLocalFlags(command)
    .addHelpText('after', HELP)
    .action(async (prefix, flags) => {
      const { runExport } = await import('./run.ts');
      host.finish(await runExport(prefix, localFlags(flags), host.ctx));
    });
}

const HELP = `
Examples:
  orkeys export
  orkeys export BSSDH_2025
  orkeys export BSSDH_2025 --json

Exit codes:
  0 written · 2 no such workshop, or its journal cannot be trusted · 6 a file cannot be saved · 7 another run is active`;
