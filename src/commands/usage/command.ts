import { Command, Option } from '@commander-js/extra-typings';
import { addConnectionFlags, sessionFlags } from '../flags/connection.ts';
import { atLeastOne } from '../flags/numbers.ts';
import { addFieldsFlag, addOutputFlags } from '../flags/output.ts';
import { addRosterFlags } from '../flags/roster.ts';
import { addNoPrefixFlag, addSelectorFlags, readingFlags, workshopOrEmails } from '../flags/selection.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createUsageCommand(host: CommandHost) {
  const command = new Command('usage')
    .description(
      'Show who spent what: one row per participant, including rotated and deleted keys. Changes nothing on the account.\n' +
        'The amounts are recorded in usage.jsonl in the workshop folder, and remain there after keys are deleted.',
    )
    .addArgument(workshopOrEmails())
    .optionsGroup('Period:')
    .option('--today', 'only today (all days are UTC days)')
    .addOption(new Option('--days <n>', 'the last n days, including today, at most 365 (default: 7)'))
    .addOption(
      new Option('--week [day]', 'a week, Monday to Sunday: this week, or the week of a day such as 2026-03-02'),
    )
    .addOption(new Option('--month [month]', 'a month: this month, or one such as 2026-03'))
    .addOption(new Option('--since <day>', 'first day'))
    .addOption(new Option('--until <day>', 'last day, with --since (default: today)'));
  const shown = addFieldsFlag(command)
    .addOption(
      new Option('--by <rows>', 'what each row shows; user: who requests with a key of a group say they are')
        .choices(['person', 'model', 'day', 'group', 'user'] as const)
        .default('person' as const),
    )
    .addOption(
      new Option('--breakdown', 'also show the models of each row, or its participants with --by model').default(false),
    )
    .addOption(
      new Option('--top <n>', 'only the n rows that spent most; totals include all rows').argParser(
        atLeastOne('--top'),
      ),
    )
    .addOption(
      new Option('--mask', 'print and save "person 07" instead of names, addresses and key names').default(false),
    )
    .optionsGroup('Source:')
    .addOption(
      new Option('--offline', 'show only what usage.jsonl contains; needs no network and no management key').default(
        false,
      ),
    )
    .addOption(new Option('--no-record', 'do not add to usage.jsonl'))
    .optionsGroup('Files:')
    .addOption(new Option('--html [file]', 'save a page with charts (default: usage.html in the workshop folder)'))
    .addOption(new Option('--xlsx [file]', 'save a workbook: people, days, models (default: usage.xlsx there)'))
    .addOption(new Option('--csv [file]', 'save one row per person as CSV (default: usage.csv there)'))
    .addOption(new Option('--db [file]', 'save all of usage.jsonl as an SQLite database (default: usage.sqlite there)'))
    .option('--save', 'save all four');
  return addConnectionFlags(addOutputFlags(addRosterFlags(addNoPrefixFlag(addSelectorFlags(shown)))))
    .addHelpText('after', host.helpText(HELP))
    .action(async (words, typed) => {
      const flags = readingFlags(words, typed);
      const { runUsage } = await import('./run.ts');
      host.finish(
        await runUsage({ ...flags, session: sessionFlags(flags), selectors: flags, period: flags }, host.ctx),
      );
    });
}

const HELP: HelpText = {
  notes: [
    'A cell shows – if nothing is recorded, ? if the amount is unknown, and $0.00 only for requests that cost nothing.',
    'OpenRouter reports usage with a delay, so the amounts of the last hours may still grow.',
    'Without a prefix, the report is about several workshops; its files are saved in the output folder.',
  ],
  examples: [
    'orkeys usage BSSDH_2025 --week 2025-07-28 --csv',
    'orkeys usage BSSDH_2025 --html',
    'orkeys usage BSSDH_2025 --month --by model',
    'orkeys usage BSSDH_2025 --offline --since 2025-07-01 --until 2025-07-31',
  ],
  exitCodes: {
    OK: 'shown',
    USAGE: 'usage error, no key matches, or usage.jsonl is damaged',
    PARTIAL: 'shown, but incomplete',
    NOT_AUTHORIZED: true,
    UNREACHABLE: true,
    CANNOT_SAVE: 'shown, but a file could not be saved',
    INTERRUPTED: true,
  },
};
