import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { positive } from './numbers.ts';

/** Options of every command that changes something on the account. */
export function addConfirmationFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return addDryRunFlag(command).addOption(new Option('-y, --yes', 'skip the confirmation prompt').default(false));
}

/** For commands that change files and never ask. */
export function addDryRunFlag<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .optionsGroup('Confirmation:')
    .addOption(new Option('--dry-run', 'show what would change without changing anything').default(false));
}

/** Where results are saved, and how they are printed. */
export function addOutputFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .optionsGroup(OUTPUT)
    .addOption(new Option('--out <dir>', 'output folder (default: ORKEYS_OUT or ./output)'))
    .addOption(json())
    .addOption(new Option('--quiet', 'print only results and errors').default(false));
}

/** For commands that change a workshop. Directly after `addOutputFlags`, in the same group. */
export function addWaitFlag<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command.addOption(
    new Option('--wait <seconds>', 'how long to wait for another run in this workshop').argParser(positive('--wait')),
  );
}

/** For commands with a table that may be long. Directly after `addOutputFlags`, in the same group. */
export function addAllRowsFlag<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command.addOption(
    new Option('--all-rows', 'list every row, not only those that need attention').default(false),
  );
}

/** For commands that save nothing. */
export function addJsonFlag<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command.optionsGroup(OUTPUT).addOption(json());
}

/** For commands that print a table. */
export function addFieldsFlag<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .optionsGroup('What to show:')
    .addOption(new Option('--fields <a,b>', 'fields to print, comma-separated, in this order'));
}

function json() {
  return new Option('--json', 'print the result as JSON').default(false);
}

const OUTPUT = 'Output:';
