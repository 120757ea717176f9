import { type CliError, usageError } from '../errors.ts';
import { type ColumnMap, type FoundTable, findTable } from './find-table.ts';
import { safeText } from './safe-text.ts';
import { type Book, GROUPS_SHEET, OTHERS_SHEET, type Sheet } from './sheet.ts';

/** The one sheet that holds the roster. Throws no_rows, no_header, no_email_column, ambiguous_sheet, unknown_sheet or unknown_column. */
export function pickSheet(
  book: Book,
  wanted: string | undefined,
  columnMap: ColumnMap,
  namesOnly: boolean,
): FoundTable {
  if (wanted !== undefined) return tableOf(sheetNamed(book, wanted), book, columnMap, namesOnly);
  const visible = book.sheets.filter(({ hidden }) => !hidden);
  const filled = (visible.length > 0 ? visible : book.sheets).filter(({ rows }) => rows.length > 0);
  const rosters = filled.filter(({ name }) => name !== OTHERS_SHEET && name !== GROUPS_SHEET);
  const sheets = rosters.length > 0 ? rosters : filled;
  const [only, ...more] = sheets;
  if (!only) throw noRows(book);
  if (more.length === 0) return tableOf(only, book, columnMap, namesOnly);
  const tables = sheets.flatMap((sheet) => tryTable(sheet, columnMap));
  const usable = tables.filter(({ columns }) => isUsable(columns.roles, namesOnly));
  const withPeople = usable.filter(({ addresses, rows }) => addresses > 0 || (namesOnly && rows.length > 0));
  const headed = withPeople.filter(({ headerRow, columns }) => headerRow && !columns.emailByContent);
  const candidates = [headed, withPeople, usable].find((list) => list.length > 0) ?? [];
  const [first, second] = candidates;
  if (!first) return tableOf(tables[0]?.sheet ?? only, book, columnMap, namesOnly);
  if (second) throw ambiguous(book, candidates);
  return first;
}

/** A sheet without the columns asked for by hand is no candidate, not an error. */
function tryTable(sheet: Sheet, columnMap: ColumnMap): FoundTable[] {
  try {
    return [findTable(sheet, columnMap)];
  } catch {
    return [];
  }
}

function isUsable(roles: FoundTable['columns']['roles'], namesOnly: boolean): boolean {
  return roles.email !== undefined || (namesOnly && (roles.name ?? roles.surname ?? roles.full_name) !== undefined);
}

function sheetNamed(book: Book, wanted: string): Sheet {
  const same = (name: string) =>
    name.normalize('NFC').trim().toLowerCase() === wanted.normalize('NFC').trim().toLowerCase();
  const found = book.sheets.find(({ name }) => name === wanted) ?? book.sheets.find(({ name }) => same(name));
  const sheet = found ?? (/^\d+$/.test(wanted) ? book.sheets[Number(wanted) - 1] : undefined);
  if (sheet) return sheet;
  const names = book.sheets.map(({ name }) => safeText(name)).join(', ');
  throw usageError('unknown_sheet', `No sheet ${safeText(wanted)} in ${safeText(book.file)}.`, {
    hint: `Its sheets are: ${names}`,
  });
}

function tableOf(sheet: Sheet, book: Book, columnMap: ColumnMap, namesOnly: boolean): FoundTable {
  if (sheet.rows.length === 0) throw noRows(book);
  const table = findTable(sheet, columnMap);
  if (isUsable(table.columns.roles, namesOnly)) {
    if (table.rows.length === 0) throw noRows(book);
    return table;
  }
  throw table.headerRow || !namesOnly ? noEmailColumn(book, table, namesOnly) : noHeader(book);
}

function noRows(book: Book): CliError {
  return usageError('no_rows', `${safeText(book.file)} has no rows of participants.`, {
    hint: 'Fill in the table below a header such as E-mail, Name, Surname.',
  });
}

function noHeader(book: Book): CliError {
  return usageError('no_header', `${safeText(book.file)} has no header that says which column holds the names.`, {
    hint: 'Add a header row such as Name, Surname above the table, or map by hand: --column name=A --column surname=B',
  });
}

function noEmailColumn(book: Book, { headings, columns }: FoundTable, namesOnly: boolean): CliError {
  const named = columns.roles.name ?? columns.roles.surname ?? columns.roles.full_name;
  const seen = headings.length > 0 ? ` Its columns are: ${headings.map(({ text }) => safeText(text)).join(', ')}.` : '';
  if (namesOnly)
    return usageError('no_header', `${safeText(book.file)} has no column of names.${seen}`, {
      hint: 'Map it by hand: --column name="…"',
    });
  const hint = named
    ? 'Map it by hand with --column email="…", or tell people apart by name with --names-only.'
    : 'Head the columns with E-mail, Name, Surname, or map them by hand with --column email="…".';
  return usageError('no_email_column', `${safeText(book.file)} has no column of email addresses.${seen}`, { hint });
}

function ambiguous(book: Book, tables: readonly FoundTable[]): CliError {
  const names = tables.map(({ sheet }) => `"${safeText(sheet.name)}"`).join(', ');
  return usageError('ambiguous_sheet', `${safeText(book.file)} has more than one sheet with a roster: ${names}.`, {
    hint: `Choose one: --sheet ${tables[0] ? `"${safeText(tables[0].sheet.name)}"` : 'NAME'}`,
    issues: tables.map(({ sheet }) => ({
      code: 'ambiguous_sheet',
      message: `Sheet "${safeText(sheet.name)}" looks like a roster.`,
      sheet: sheet.name,
    })),
  });
}
