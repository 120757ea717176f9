import type { Command, OptionValues } from '@commander-js/extra-typings';
import { usageError } from '../errors.ts';
import type { ColumnRole } from '../roster/participant.ts';
import { safeText } from '../roster/safe-text.ts';

/** How a roster shall be read, as parsed from the command line. */
export interface RosterFlags {
  sheet?: string | undefined;
  /** each `role=heading or letter` */
  column?: string[] | undefined;
  namesOnly?: true | undefined;
  sharedEmails?: true | undefined;
}

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

/** Role → headings or letters. Throws usage errors for what is no `role=heading`. */
export function parseColumnFlags(flags: readonly string[]): Partial<Record<ColumnRole, string[]>> {
  const map: Partial<Record<ColumnRole, string[]>> = {};
  for (const flag of flags) {
    const [, word = '', heading = ''] = /^([^=]*)=\s*(.*)$/s.exec(flag) ?? [];
    const role =
      ROLES[
        word
          .trim()
          .toLowerCase()
          .replaceAll(/[\s_-]/g, '')
      ];
    const bare = heading.replace(/^"(.*)"$/s, '$1').trim();
    if (role === undefined || bare === '') {
      throw usageError('invalid_column_flag', `--column ${safeText(flag)} cannot be understood.`, {
        hint: `Write --column role=heading, where role is one of ${[...new Set(Object.values(ROLES))].join(', ')}.`,
      });
    }
    map[role] = [...(map[role] ?? []), bare];
  }
  return map;
}

const ROLES: Readonly<Record<string, ColumnRole>> = {
  email: 'email',
  name: 'name',
  firstname: 'name',
  surname: 'surname',
  lastname: 'surname',
  fullname: 'full_name',
  limit: 'limit',
  expires: 'expires',
  group: 'group',
  id: 'id',
};
