import { Command } from '@commander-js/extra-typings';
import { usageError } from '../../errors.ts';
import {
  addLocalChangeFlags,
  addLocalFlags,
  localFlags,
  typedWorkshop,
  workshopArgument,
  workshopFlag,
} from '../flags/one-workshop.ts';
import { addDryRunFlag } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createJournalCommand(host: CommandHost) {
  return new Command('journal')
    .description(
      'Check or repair journal.jsonl, the record of everything orkeys did in a workshop, including every secret.\n' +
        'Works offline and needs no management key.',
    )
    .helpCommand(false)
    .addCommand(verifyCommand(host))
    .addCommand(repairCommand(host))
    .addCommand(rebuildCommand(host))
    .addHelpText(
      'after',
      host.helpText(
        helpOf('intact or repaired', [
          'orkeys journal verify',
          'orkeys journal repair BSSDH_2025 --dry-run',
          'orkeys journal rebuild BSSDH_2025',
        ]),
      ),
    );
}

function verifyCommand(host: CommandHost) {
  const command = new Command('verify')
    .summary('check whether the journal is intact')
    .description('Check whether the journal is intact and list damaged lines. Read-only.')
    .addArgument(workshopArgument('workshop prefix (optional if there is only one)'))
    .addOption(workshopFlag());
  return addLocalFlags(command)
    .addHelpText(
      'after',
      host.helpText({
        examples: ['orkeys journal verify', 'orkeys journal verify BSSDH_2025 --json'],
        exitCodes: { OK: 'intact', USAGE: 'damaged or missing' },
      }),
    )
    .action(async (typed, flags) => {
      const prefix = typedWorkshop(typed, flags.prefix);
      const { runJournalVerify } = await import('./verify.ts');
      host.finish(await runJournalVerify(prefix, localFlags(flags), host.ctx));
    });
}

function repairCommand(host: CommandHost) {
  return replacingCommand(host, {
    name: 'repair',
    summary: 'repair a damaged journal',
    description:
      'Repair a damaged journal: keep intact entries, restore lost secrets from keys.json if it has them, and let the ' +
      'next run resolve the rest.\n' +
      'The damaged journal is kept as a backup in the same folder.',
    done: 'intact or repaired',
    load: async () => (await import('./repair.ts')).runJournalRepair,
  });
}

function rebuildCommand(host: CommandHost) {
  return replacingCommand(host, {
    name: 'rebuild',
    summary: 'rebuild the journal from keys.json',
    description:
      'Rebuild a missing journal from keys.json, or add the keys that an older journal lacks.\n' +
      'No key on the account is created or changed.',
    done: 'rebuilt, or nothing was missing',
    load: async () => (await import('./repair.ts')).runJournalRebuild,
  });
}

interface Replacing {
  name: string;
  summary: string;
  description: string;
  /** what exit 0 means */
  done: string;
  load(): Promise<typeof import('./repair.ts').runJournalRepair>;
}

/** A command that replaces the journal of one workshop, which has to be named. */
function replacingCommand(host: CommandHost, { name, summary, description, done, load }: Replacing) {
  const command = new Command(name)
    .summary(summary)
    .description(description)
    .addArgument(workshopArgument('workshop prefix'))
    .addOption(workshopFlag());
  const examples = [`orkeys journal ${name} BSSDH_2025 --dry-run`, `orkeys journal ${name} BSSDH_2025`];
  return addLocalChangeFlags(addDryRunFlag(command))
    .addHelpText('after', host.helpText(helpOf(done, examples)))
    .action(async (typed, flags) => {
      const prefix = requiredWorkshop(name, typed, flags.prefix);
      const run = await load();
      host.finish(await run(prefix, { ...localFlags(flags), dryRun: flags.dryRun }, host.ctx));
    });
}

/** What replaces a journal never guesses which one. */
function requiredWorkshop(what: string, typed: string | undefined, flag: string | undefined): string {
  const prefix = typedWorkshop(typed, flag);
  if (prefix !== undefined) return prefix;
  throw usageError('which_workshop', `orkeys journal ${what} needs the prefix of a workshop.`, {
    hint: `For example: orkeys journal ${what} BSSDH_2025`,
  });
}

function helpOf(done: string, examples: readonly string[]): HelpText {
  return {
    examples,
    exitCodes: { OK: done, USAGE: 'damaged or missing', CANNOT_SAVE: true, LOCKED: true },
  };
}
