import { Argument, type Command, type OptionValues } from '@commander-js/extra-typings';
import { collectValues } from './collect-values.ts';

/** Options of every command that reads a roster. */
export function addRosterFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .optionsGroup('Roster:')
    .option('--sheet <name>', 'sheet to read, by name or number (default: the sheet with a roster)')
    .option('--column <role=heading...>', 'column to use, by heading or letter, such as email="Contact" or surname=C')
    .option('--names-only', 'identify participants by name; email addresses are optional')
    .option('--shared-emails', 'allow participants with different names to share an email address')
    .option('--include-status <value>', 'include rows with this status, such as waitlist (repeatable)', collectValues)
    .option('--exclude-role <value>', 'skip rows with this role, such as Teacher (repeatable)', collectValues);
}

export function rosterArgument() {
  return new Argument(
    '<roster>',
    'spreadsheet with columns such as Email, Name, Surname (.xlsx or .csv; - for stdin)',
  ).argRequired();
}
