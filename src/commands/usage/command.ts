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
      'Show who spent what: one row per participant, with all their keys, rotated and deleted ones too. Changes nothing on the account.\n' +
        'What OpenRouter counted is kept in usage.jsonl in the workshop folder, so that it outlives the keys.',
    )
    .addArgument(workshopOrEmails())
    .optionsGroup('Period:')
    .option('--today', 'today only (UTC, as all days)')
    .addOption(new Option('--days <n>', 'the last n days, with today, at most 365 (default: 7)'))
    .addOption(new Option('--week [day]', 'a week, Monday to Sunday: this one, or that of a day such as 2026-03-02'))
    .addOption(new Option('--month [month]', 'a month: this one, or one such as 2026-03'))
    .addOption(new Option('--since <day>', 'first day'))
    .addOption(new Option('--until <day>', 'last day, with --since (default: today)'));
  const shown = addFieldsFlag(command)
    .addOption(
      new Option('--by <rows>', 'what a row is')
        .choices(['person', 'model', 'day', 'group'] as const)
        .default('person' as const),
    )
    .addOption(new Option('--breakdown', 'the models of each row too; with --by model, the people').default(false))
    .addOption(
      new Option('--top <n>', 'only the n rows that spent most; totals are of all').argParser(atLeastOne('--top')),
    )
    .addOption(
      new Option('--mask', 'print and save "person 07" instead of names, addresses and key names').default(false),
    )
    .optionsGroup('Source:')
    .addOption(new Option('--offline', 'what usage.jsonl has; no network and no management key needed').default(false))
    .addOption(new Option('--no-record', 'do not add to usage.jsonl'))
    .optionsGroup('Files:')
    .addOption(new Option('--html [file]', 'save a page with charts (default: usage.html in the workshop folder)'))
    .addOption(new Option('--xlsx [file]', 'save a workbook: people, days, models (default: usage.xlsx there)'))
    .addOption(new Option('--csv [file]', 'save one row per person as CSV (default: usage.csv there)'))
    .addOption(new Option('--db [file]', 'save all that usage.jsonl holds as SQLite (default: usage.sqlite there)'))
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
    'Rows show – where nothing is recorded, ? where the amount is not known, and $0.00 only for requests that cost nothing.',
    'OpenRouter counts late: the numbers of the last hours may still grow.',
  ],
  examples: [
    'orkeys usage BSSDH_2025 --week 2025-07-28 --csv',
    'orkeys usage BSSDH_2025 --html',
    'orkeys usage BSSDH_2025 --month --by model',
    'orkeys usage BSSDH_2025 --offline --since 2025-07-01 --until 2025-07-31',
  ],
  exitCodes: {
    OK: 'shown',
    USAGE: 'usage error, or usage.jsonl is damaged',
    PARTIAL: 'shown, but not everything is known',
    NOT_AUTHORIZED: true,
    UNREACHABLE: true,
    CANNOT_SAVE: 'shown, but a file could not be saved',
    INTERRUPTED: true,
  },
};
