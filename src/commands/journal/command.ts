import { Command, Option } from '@commander-js/extra-typings';
import { addLocalFlags, localFlags } from '../flags/local-flags.ts';
import type { CommandHost } from '../host.ts';

export function createJournalCommand(host: CommandHost) {
  const command = new Command('journal')
    .summary('check or mend the memory of a workshop')
    .description(
      'Checks or mends journal.jsonl, the memory of a workshop: what was asked for, and each secret.\n' +
        'Needs neither network nor management key.',
    )
    .addHelpText('after', HELP);
  for (const sub of [verifyCommand(host), repairCommand(host), rebuildCommand(host)]) command.addCommand(sub);
  const { copyInheritedSettings } = command;
  // Settings reach this command only after it was made, and its own commands must have them too.
  command.copyInheritedSettings = (parent) => {
    copyInheritedSettings.call(command, parent);
    for (const sub of command.commands) sub.copyInheritedSettings(command);
    return command;
  };
  return command;
}

const HELP = `
Examples:
  orkeys journal verify
  orkeys journal repair BSSDH_2025 --dry-run
  orkeys journal rebuild BSSDH_2025

Exit codes:
  0 whole, or mended · 2 it cannot be trusted, or there is none · 6 cannot be saved · 7 another run is active`;

function verifyCommand(host: CommandHost) {
  return addLocalFlags(
    new Command('verify')
      .summary('tell whether the journal can be trusted')
      .description('Tells whether the journal can be trusted, and which lines are damaged. Changes nothing.')
      .argument('[prefix]', 'which workshop; may be left out when there is only one'),
  )
    .addHelpText('after', HELP)
    .action(async (prefix, flags) => {
      const { runJournalVerify } = await import('./verify.ts');
      host.finish(await runJournalVerify(prefix, localFlags(flags), host.ctx));
    });
}

function repairCommand(host: CommandHost) {
  return addLocalFlags(
    new Command('repair')
      .summary('make a damaged journal whole')
      .description(
        'Makes a damaged journal whole: all good lines stay, secrets of the others are taken from keys.json where it has them, ' +
          'and the next run finds out what became of the rest.\n' +
          'The journal as it was is kept beside it.',
      )
      .argument('<prefix>', 'which workshop'),
  )
    .addOption(dryRun())
    .addHelpText('after', HELP)
    .action(async (prefix, flags) => {
      const { runJournalRepair } = await import('./repair.ts');
      host.finish(await runJournalRepair(prefix, { ...localFlags(flags), dryRun: flags.dryRun }, host.ctx));
    });
}

function rebuildCommand(host: CommandHost) {
  return addLocalFlags(
    new Command('rebuild')
      .summary('make a journal from keys.json')
      .description(
        'Makes a journal from a keys.json whose journal is gone, or adds the keys that an older journal lacks.\n' +
          'No key is created or changed.',
      )
      .argument('<prefix>', 'which workshop'),
  )
    .addOption(dryRun())
    .addHelpText('after', HELP)
    .action(async (prefix, flags) => {
      const { runJournalRebuild } = await import('./repair.ts');
      host.finish(await runJournalRebuild(prefix, { ...localFlags(flags), dryRun: flags.dryRun }, host.ctx));
    });
}

function dryRun() {
  return new Option('--dry-run', 'tell what would be done; change nothing').default(false);
}
