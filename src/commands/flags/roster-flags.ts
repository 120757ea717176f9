import type { Command, OptionValues } from '@commander-js/extra-typings';

/** Adds the flags that every command with a roster has. */
export function addRosterFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .option('--sheet <name>', 'sheet to read, by name or number (default: the sheet with a roster)')
    .option('--column <role=heading...>', 'column to use, by heading or letter, such as email="Contact" or surname=C')
    .option('--names-only', 'identify participants by name; email addresses are optional')
    .option('--shared-emails', 'allow participants with different names to share an email address')
    .option(
      '--include-status <value>',
      'include rows with this status, such as waitlist; can be repeated',
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    )
    .option(
      '--exclude-role <value>',
      'leave out rows with this role, such as Teacher; can be repeated',
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    );
}
