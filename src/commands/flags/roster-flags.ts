import type { Command, OptionValues } from '@commander-js/extra-typings';

/** Adds the flags that every command with a roster has. */
export function addRosterFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .option('--sheet <name>', 'the sheet to read, by name or number (default: the one with a roster)')
    .option(
      '--column <role=heading...>',
      'map a column by hand, by its heading or letter: email="Contact" or surname=C',
    )
    .option('--names-only', 'tell people apart by name; e-mail addresses may be missing')
    .option('--shared-emails', 'people with different names may share an address');
}
