import { usageError } from '../errors.ts';
import type { ColumnRole } from './participant.ts';
import { safeText } from './safe-text.ts';

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
  tier: 'tier',
  id: 'id',
};
