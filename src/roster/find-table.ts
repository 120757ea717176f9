import { usageError } from '../errors.ts';
import { type ChosenColumns, chooseColumns } from './choose-columns.ts';
import { cellText, plainWords } from './clean-text.ts';
import { type ColumnFacts, columnFacts } from './column-facts.ts';
import { columnsByContent } from './columns-by-content.ts';
import { findHeader, type Heading } from './find-header.ts';
import { OWN_COLUMNS } from './header-role.ts';
import { COLUMN_ROLES, type ColumnRole } from './participant.ts';
import { safeText } from './safe-text.ts';
import { withoutStrangers } from './sections.ts';
import { cellAt, columnIndex, columnLetter, type Sheet, type SheetRow } from './sheet.ts';

/** A sheet's table as it was understood. */
export interface FoundTable {
  sheet: Sheet;
  /** undefined when the table has no header */
  headerRow: SheetRow | undefined;
  headings: Heading[];
  /** rows below the header */
  rows: SheetRow[];
  columns: ChosenColumns;
  /** columns that an earlier run of this tool added */
  ownColumns: number[];
  /** rows with an address in an e-mail column, as far as was sampled */
  addresses: number;
  /** columns that the user chose by hand */
  columnMap: ColumnMap;
}

/** Finds header and columns of a sheet. `columnMap` says by heading or letter which columns the user wants; throws unknown_column when one is not there. */
export function findTable(sheet: Sheet, columnMap: ColumnMap): FoundTable {
  const wanted = Object.values(columnMap).flat();
  const header = findHeader(sheet, wanted);
  const below = header ? sheet.rows.slice(header.index + 1) : sheet.rows;
  const facts = columnFacts(below);
  const fixed = fixedColumns(columnMap, header?.headings ?? [], sheet);
  const headings = withoutStrangers(chosenHeadings(header?.headings ?? [], fixed), below, facts);
  const ownColumns = earlierOutput(headings, sheet.name);
  const usable = headings.filter(({ column, role }) => !ownColumns.includes(column) || role?.role === 'api_key');
  const useful = header !== undefined && (usable.some(({ role }) => role) || fixed.size > 0);
  const columns = useful ? chooseColumns(usable, facts, fixed) : undefined;
  if (header && columns && (columns.roles.email || !columnsByContent(columnFacts(sheet.rows)))) {
    return {
      sheet,
      headerRow: sheet.rows[header.index],
      headings,
      rows: below,
      columns,
      ownColumns,
      addresses: addressCount(columns, facts),
      columnMap,
    };
  }
  return { ...withoutHeader(sheet, fixed), columnMap };
}

/** Another list of the same sheet, with the user's own choice of columns where it has them. */
export function findFurtherTable(sheet: Sheet, columnMap: ColumnMap): FoundTable {
  const found = findTable(sheet, {});
  const all = new Set(found.rows.flatMap(({ cells }) => cells.map(({ column }) => column)));
  const chosen = fixedAmong(columnMap, found.headings, all);
  const roles = { ...found.columns.roles, ...Object.fromEntries(chosen) };
  const headings = chosenHeadings(found.headings, chosen);
  return { ...found, columnMap, headings, columns: { ...found.columns, roles } };
}

/** A heading whose column was chosen by hand says what the user says. */
function chosenHeadings(headings: readonly Heading[], fixed: ReadonlyMap<ColumnRole, number[]>): Heading[] {
  return headings.map((heading): Heading => {
    const role = [...fixed].find(([, columns]) => columns.includes(heading.column))?.[0];
    if (role === undefined) return heading;
    return { ...heading, role: { role, strength: 3, whose: 'participant', surnameFirst: false, vague: false } };
  });
}

/** role → headings or column letters, as typed */
export type ColumnMap = Partial<Record<ColumnRole, string[]>>;

/** No heading is known. The row above the first address heads the table all the same when it has plain text where the addresses stand. */
function withoutHeader(sheet: Sheet, fixed: ReadonlyMap<ColumnRole, number[]>): Omit<FoundTable, 'columnMap'> {
  const facts = columnFacts(sheet.rows);
  const byContent = columnsByContent(facts) ?? {
    roles: {},
    surnameFirst: false,
    emailByContent: true,
    othersEmails: [],
    unlikely: [],
  };
  const columns = { ...byContent, roles: { ...byContent.roles, ...Object.fromEntries(fixed) } };
  const email = columns.roles.email?.[0];
  const start =
    email === undefined ? 0 : sheet.rows.findIndex((row) => cellText(cellAt(row, email)?.value).includes('@'));
  const above = sheet.rows[start - 1];
  const isHeader = above !== undefined && email !== undefined && cellAt(above, email) !== undefined;
  const headings = isHeader
    ? above.cells.map(({ column, value }) => ({ column, text: cellText(value), role: undefined }))
    : [];
  const rows = start > 0 ? sheet.rows.slice(start) : sheet.rows;
  const headerRow = isHeader ? above : undefined;
  return { sheet, headerRow, headings, rows, columns, ownColumns: [], addresses: addressCount(columns, facts) };
}

function addressCount({ roles }: ChosenColumns, facts: ReadonlyMap<number, ColumnFacts>): number {
  return Math.max(0, ...(roles.email ?? []).map((column) => facts.get(column)?.addresses ?? 0));
}

/** Our own columns are only taken for ours where a key, its name or its hash stands among them, or in our own list of problems. */
function earlierOutput(headings: readonly Heading[], sheet: string): number[] {
  const named = (names: readonly string[]) =>
    headings.filter(({ text }) => names.includes(text.trim().toLowerCase())).map(({ column }) => column);
  if (sheet === 'Problems') return named([...OWN_COLUMNS, 'problem']);
  return named(['api_key', 'key_name', 'key_hash']).length > 0 ? named(OWN_COLUMNS) : [];
}

function fixedColumns(columnMap: ColumnMap, headings: readonly Heading[], sheet: Sheet): Map<ColumnRole, number[]> {
  const fixed = new Map<ColumnRole, number[]>();
  for (const [role, names] of Object.entries(columnMap)) {
    if (!isRole(role)) continue;
    fixed.set(
      role,
      names.map((name) => columnNamed(name, headings, sheet)),
    );
  }
  return fixed;
}

/** The columns chosen by hand, in another list of the sheet or in one of its groups of columns: those that it has. */
export function fixedAmong(
  columnMap: ColumnMap,
  headings: readonly Heading[],
  columns: ReadonlySet<number>,
): Map<ColumnRole, number[]> {
  const fixed = new Map<ColumnRole, number[]>();
  for (const [role, names] of Object.entries(columnMap)) {
    const found = names.flatMap((name) => headingNamed(name, headings)?.column ?? columnIndex(name.trim()) ?? []);
    const own = found.filter((column) => columns.has(column));
    if (isRole(role) && own.length > 0) fixed.set(role, own);
  }
  return fixed;
}

function headingNamed(name: string, headings: readonly Heading[]): Heading | undefined {
  const exact = headings.find(({ text }) => text.trim() === name.trim());
  return exact ?? headings.find(({ text }) => plainWords(text) === plainWords(name) && plainWords(name) !== '');
}

function columnNamed(name: string, headings: readonly Heading[], sheet: Sheet): number {
  const alike = headingNamed(name, headings);
  const letter = columnIndex(name.trim());
  const column = alike?.column ?? letter;
  if (column !== undefined && (alike || sheet.rows.some((row) => row.cells.some((cell) => cell.column === column))))
    return column;
  const first = (sheet.rows[0]?.cells ?? []).map((cell) => ({ column: cell.column, text: cellText(cell.value) }));
  const known = (headings.length > 0 ? headings : first)
    .map(({ column: at, text }) => `${columnLetter(at)} ${safeText(text)}`)
    .join(', ');
  throw usageError('unknown_column', `No column ${safeText(name)} in the roster.`, {
    hint: known === '' ? 'Name the column by its letter: --column email=B' : `Its columns are: ${known}`,
  });
}

export function isRole(text: string): text is ColumnRole {
  return COLUMN_ROLES.some((role) => role === text);
}
