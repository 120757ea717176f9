import type { Issue } from '../errors.ts';
import { createIssues } from './issues.ts';
import { nameKey } from './names-agree.ts';
import type { RowPerson } from './row-person.ts';

/** An address that most rows have beside one of their own is an office's or a teacher's: it is nobody's here, and told. */
export function withoutOfficeAddress(rows: readonly RowPerson[], sheet: string, notices: Issue[]): RowPerson[] {
  const counts = new Map<string, { rows: number; names: Set<string>; alone: boolean }>();
  for (const row of rows) {
    for (const { key } of row.addresses) {
      const count = counts.get(key) ?? { rows: 0, names: new Set(), alone: false };
      counts.set(key, count);
      count.rows += 1;
      if (count.names.size < 3) count.names.add(nameKey(row));
      if (row.addresses.length === 1) count.alone = true;
    }
  }
  const shared = new Set(
    [...counts]
      .filter(([, { rows: times, names, alone }]) => times > 2 && times * 2 > rows.length && names.size > 2 && !alone)
      .map(([key]) => key),
  );
  if (shared.size === 0) return [...rows];
  return rows.map((row) => {
    const office = row.addresses.filter(({ key }) => shared.has(key));
    if (office.length === 0 || office.length === row.addresses.length) return row;
    const message = 'Most rows have this email address, so it is not used as the participant’s own.';
    const value = office.map(({ address }) => address).join(', ');
    notices.push(createIssues(sheet, row.row)('shared_address', undefined, message, value));
    return { ...row, addresses: row.addresses.filter(({ key }) => !shared.has(key)) };
  });
}
