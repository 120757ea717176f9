import { cellText } from './clean-text.ts';
import { parseExpiry } from './expires.ts';
import type { FoundTable } from './find-table.ts';
import { cellAt } from './sheet.ts';

const SAMPLED_ROWS = 3_000;

/** A column of expirations most of which are past is about something else: no key ends before it exists. */
export function withoutPastExpirations(table: FoundTable, now: Date): FoundTable {
  const { roles, unlikely } = table.columns;
  const [column] = roles.expires ?? [];
  if (column === undefined || table.columnMap.expires !== undefined) return table;
  const dates = table.rows.slice(0, SAMPLED_ROWS).flatMap((row) => {
    const text = cellText(cellAt(row, column)?.value).trim();
    return text === '' ? [] : [parseExpiry(text, now)];
  });
  const past = dates.filter((date) => 'isPast' in date).length;
  if (past < 2 || past * 2 <= dates.length) return table;
  const { expires: _, ...left } = roles;
  return { ...table, columns: { ...table.columns, roles: left, unlikely: [...unlikely, { role: 'expires', column }] } };
}
