import { chooseColumns } from './choose-columns.ts';
import { cellText } from './clean-text.ts';
import { columnFacts } from './column-facts.ts';
import { type FoundTable, fixedAmong } from './find-table.ts';
import { headerRole } from './header-role.ts';
import { headingRoles, headsSameColumns } from './row-kind.ts';
import type { SheetRow } from './sheet.ts';

/** nobody puts more lists below each other; it bounds what a hostile file can ask for */
const MOST_SECTIONS = 50;

/**
 * The table in sections: a new one begins where a header with other columns stands between the rows, as where lists of several groups were put below each
 * other. Each has its own columns; a header that repeats the columns starts none.
 */
export function tableSections(table: FoundTable): FoundTable[] {
  const sections: FoundTable[] = [];
  let current = table;
  let start = 0;
  table.rows.forEach((row, index) => {
    if (sections.length >= MOST_SECTIONS) return;
    const next = sectionBelow(row, current, () => table.rows.slice(index + 1));
    if (!next) return;
    sections.push({ ...current, rows: table.rows.slice(start, index) });
    [current, start] = [next, index + 1];
  });
  return [...sections, { ...current, rows: table.rows.slice(start) }];
}

function sectionBelow(row: SheetRow, current: FoundTable, below: () => SheetRow[]): FoundTable | undefined {
  const roles = headingRoles(row.cells);
  if (roles.length < 2 || !roles.some(({ role }) => role === 'email') || headsSameColumns(roles, current))
    return undefined;
  const headings = row.cells.map(({ column, value }) => {
    const text = cellText(value);
    return { column, text, role: headerRole(text) };
  });
  const facts = columnFacts(below());
  const fixed = fixedAmong(current.columnMap, headings, new Set(facts.keys()));
  const columns = chooseColumns(headings, facts, fixed);
  const addresses = Math.max(0, ...(columns.roles.email ?? []).map((column) => facts.get(column)?.addresses ?? 0));
  return addresses === 0 ? undefined : { ...current, headerRow: row, headings, columns, addresses };
}
