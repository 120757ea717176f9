import type { Issue } from '../../errors.ts';
import type { Roster } from '../../roster/participant.ts';

/** By code, how many rows get no key: those with a problem, and those that a notice leaves out. */
export function rowsWithoutKey({ problems, notices }: Pick<Roster, 'problems' | 'notices'>): Record<string, number> {
  return rowsByCode([...notices.filter(({ code }) => LEAVES_OUT.has(code)), ...problems]);
}

/** One line a reason, most rows first. */
export function reasonLines(roster: Pick<Roster, 'problems' | 'notices'>): string[] {
  const reasons = Object.entries(rowsWithoutKey(roster)).sort(([, a], [, b]) => b - a);
  const width = Math.max(0, ...reasons.map(([, rows]) => String(rows).length));
  return reasons.map(
    ([code, rows]) => `  ${String(rows).padStart(width)}  ${REASONS[code] ?? code.replaceAll('_', ' ')}`,
  );
}

const LEAVES_OUT: ReadonlySet<string> = new Set(['status_left_out', 'role_left_out']);

function rowsByCode(issues: readonly Issue[]): Record<string, number> {
  const rows = new Map<string, Set<number | undefined>>();
  for (const { code, row } of issues) rows.set(code, (rows.get(code) ?? new Set()).add(row));
  return Object.fromEntries([...rows].map(([code, found]) => [code, found.size]));
}

const REASONS: Readonly<Record<string, string>> = {
  status_left_out: 'status says not coming',
  role_left_out: 'role left out by --exclude-role',
  no_email: 'no email address',
  no_name: 'no name',
  invalid_email: 'invalid email address',
  lookalike_letters: 'letters that only look Latin',
  invalid_limit: 'invalid limit',
  invalid_expiry: 'invalid expiration',
  cell_error: 'error in a cell',
  formula_without_value: 'formula without a saved result',
  several_people: 'several people in one row',
  address_elsewhere: 'address outside the email column',
  same_email_different_names: 'same address under different names',
  conflicting_limit: 'same participant with different limits',
  conflicting_expires: 'same participant with different expirations',
};
