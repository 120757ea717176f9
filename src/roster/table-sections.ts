import { chooseColumns } from './choose-columns.ts';
import { cellText } from './clean-text.ts';
import { columnFacts } from './column-facts.ts';
import { type FoundTable, findFurtherTable, fixedAmong } from './find-table.ts';
import { headerRole } from './header-role.ts';
import { hasAddress, isListOfPeople, isTitledForOthers } from './lists.ts';
import { headingRoles, headsSameColumns } from './row-kind.ts';
import { cellAt, type SheetRow } from './sheet.ts';

/** nobody puts more lists below each other; it bounds what a hostile file can ask for */
const MOST_SECTIONS = 50;

/**
 * The table in sections, as where lists of several groups were put below each other: a new one begins where a header with other columns stands between the
 * rows, or where the addresses stand in another column after a blank row. A header that repeats the columns starts none.
 */
export function tableSections(table: FoundTable): FoundTable[] {
  const { rows } = table;
  const sections: FoundTable[] = [];
  let current = table;
  let start = 0;
  let tries = 0;
  for (const { from, to, isHeaded } of parts(rows)) {
    const part = rows.slice(from, to);
    if (!isHeaded && !isElsewhere(part, current)) continue;
    tries += 1;
    if (tries > MOST_SECTIONS) break;
    const next = isHeaded ? listBelow(part, current) : listElsewhere(part, [table, ...sections, current]);
    if (!next) continue;
    sections.push({ ...current, rows: rows.slice(start, from + part.indexOf(next.first)) });
    [current, start] = [next.list, from + part.length - next.list.rows.length];
  }
  const [first, ...others] = [...sections, { ...current, rows: rows.slice(start) }];
  return first && others.length > 0 ? [ofItsOwn(first), ...others] : [table];
}

interface Part {
  from: number;
  to: number;
  /** its first row heads columns */
  isHeaded: boolean;
}

/** What stands between two blank rows or above the next header; a header keeps all up to the next one. */
function parts(rows: readonly SheetRow[]): Part[] {
  const found: Part[] = [];
  let last: Part | undefined;
  let below: Part | undefined;
  rows.forEach((row, index) => {
    const isHeaded = isHeader(row);
    if (isHeaded || row.number !== (rows[index - 1]?.number ?? Number.NaN) + 1) {
      last = { from: index, to: index + 1, isHeaded };
      found.push(last);
      if (isHeaded) below = last;
    }
    if (last) last.to = index + 1;
    if (below) below.to = index + 1;
  });
  return found;
}

function isHeader({ cells }: SheetRow): boolean {
  const roles = headingRoles(cells);
  return roles.length > 1 && roles.some(({ role }) => role === 'email');
}

/** A list, and the first row that belongs to it: its header, if it has one. */
interface NextList {
  list: FoundTable;
  first: SheetRow;
}

function listBelow([row, ...rows]: readonly SheetRow[], current: FoundTable): NextList | undefined {
  if (!row || headsSameColumns(headingRoles(row.cells), current)) return undefined;
  const headings = row.cells.map(({ column, value }) => {
    const text = cellText(value);
    return { column, text, role: headerRole(text) };
  });
  const facts = columnFacts(rows);
  const fixed = fixedAmong(current.columnMap, headings, new Set(facts.keys()));
  const columns = chooseColumns(headings, facts, fixed);
  const addresses = Math.max(0, ...(columns.roles.email ?? []).map((column) => facts.get(column)?.addresses ?? 0));
  if (addresses === 0) return undefined;
  return { list: { ...current, headerRow: row, headings, rows, columns, addresses }, first: row };
}

/** Several rows with addresses, none of them where the list above has its own. */
function isElsewhere(rows: readonly SheetRow[], list: FoundTable): boolean {
  const people = rows.filter(hasAddress);
  return people.length > 1 && !people.some((row) => isIn(row, list));
}

function isIn(row: SheetRow, { columns: { roles } }: FoundTable): boolean {
  return (roles.email ?? []).some((column) => cellText(cellAt(row, column)?.value).includes('@'));
}

/** The columns of an earlier list that fit, or else its own, by a header or by content. Without a name beside the addresses, it is none. */
function listElsewhere(rows: readonly SheetRow[], known: readonly FoundTable[]): NextList | undefined {
  const [first] = rows;
  const earlier = known.findLast((list) => rows.filter(hasAddress).every((row) => isIn(row, list)));
  if (earlier && first) return { list: { ...earlier, rows: [...rows] }, first };
  const [table] = known;
  const found = table && findFurtherTable({ ...table.sheet, rows: [...rows] }, table.columnMap);
  if (!found || !isListOfPeople(found) || isTitledForOthers(found)) return undefined;
  const { name, surname, full_name } = found.columns.roles;
  const begin = found.headerRow ?? found.rows[0];
  if (begin === undefined || (name ?? surname ?? full_name) === undefined) return undefined;
  return { list: { ...found, sheet: table.sheet }, first: begin };
}

/** The columns of a list that other lists stand below, as its own rows say. */
function ofItsOwn(list: FoundTable): FoundTable {
  const { headings, ownColumns, columnMap, rows } = list;
  if (!list.headerRow || list.columns.emailByContent) return list;
  const usable = headings.filter(({ column, role }) => !ownColumns.includes(column) || role?.role === 'api_key');
  const all = new Set(headings.map(({ column }) => column));
  const columns = chooseColumns(usable, columnFacts(rows), fixedAmong(columnMap, headings, all));
  return columns.roles.email ? { ...list, columns } : list;
}
