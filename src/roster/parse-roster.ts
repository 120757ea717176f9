import { type Issue, usageError } from '../errors.ts';
import type { ColumnMap, FoundTable } from './find-table.ts';
import { createIssues } from './issues.ts';
import { hasAddress } from './lists.ts';
import { withoutOfficeAddress } from './office-address.ts';
import { COLUMN_ROLES, type ColumnMapping, type ColumnRole, type Participant, type Roster } from './participant.ts';
import { passUsable } from './participant-schema.ts';
import { withoutPastExpirations } from './past-expirations.ts';
import { findPeople } from './people.ts';
import { personGroups } from './person-groups.ts';
import { pickSheet } from './pick-sheet.ts';
import { readRows } from './read-rows.ts';
import { safeText } from './safe-text.ts';
import { type Book, columnLetter } from './sheet.ts';
import { othersRow, skippedNotices, tellAbove } from './skipped-rows.ts';
import { sourceTable } from './source-table.ts';
import { tableNotices } from './table-notices.ts';
import { tableSections } from './table-sections.ts';
import { tablesAbove } from './tables-above.ts';

export interface RosterOptions {
  /** a sheet's name or its number from 1; default: the one that has a roster */
  sheet?: string;
  /** role → headings or letters, where the user maps by hand */
  columnMap?: ColumnMap;
  /** people are told apart by name; addresses may be missing */
  namesOnly?: boolean;
  /** the same address under two names makes two people */
  sharedEmails?: boolean;
  /** statuses that would leave a row out, but shall not */
  includeStatus?: readonly string[];
  /** roles whose rows get no key */
  excludeRole?: readonly string[];
  /** the table also has the columns that an earlier run added */
  keepOwnColumns?: boolean;
  /** expiries before it are problems */
  now: Date;
}

/**
 * Understands a roster: finds sheet, header and columns, reads each row, merges the rows of one person. All problems of all rows come at once.
 * Throws CliError (exit 2) no_rows, no_header, no_email_column, no_participants, ambiguous_sheet, unknown_sheet or unknown_column where it yields no one.
 */
export function parseRoster(book: Book, options: RosterOptions): Roster {
  const namesOnly = options.namesOnly ?? false;
  const found = pickSheet(book, options.sheet, options.columnMap ?? {}, namesOnly);
  const table = withoutPastExpirations(found, options.now);
  const problems: Issue[] = [];
  const mapped = options.columnMap?.email !== undefined;
  const above = tablesAbove(table);
  const own = mapped ? [table] : tableSections(table);
  const sections = mapped ? own : [...above.sections, ...own];
  const top = mapped ? table : topTable(table, sections);
  const notices: Issue[] = tableNotices(book, mapped ? top : withGroups(top), options.sheet !== undefined);
  if (!mapped) notices.push(...groupNotice(top));
  const strays = mapped
    ? [...above.strays, ...above.sections.flatMap(({ rows }) => rows.filter(hasAddress))]
    : above.strays;
  for (const row of strays) tellAbove(table.sheet.name, row, problems, notices);
  for (const row of above.others) notices.push(othersRow(table.sheet.name, row));
  const { rows, skipped } = readRows(sections, options, problems, notices);
  notices.push(...sections.flatMap((section, at) => sectionNotice(section, sections.slice(0, at))));
  notices.push(...skippedNotices(table.sheet.name, skipped));
  const theirs = options.sharedEmails ? rows : withoutOfficeAddress(rows, table.sheet.name, notices);
  const people = {
    sheet: table.sheet.name,
    emailColumn: top.columns.roles.email?.[0],
    namesOnly,
    sharedEmails: options.sharedEmails ?? false,
  };
  const participants = passUsable(findPeople(theirs, people, problems, notices), table.sheet.name, problems);
  problems.sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
  if (participants.length === 0) throw noParticipants(book, problems, notices);
  return roster(book, options.keepOwnColumns ? { ...top, ownColumns: [] } : top, participants, problems, notices);
}

function sectionNotice(section: FoundTable, before: readonly FoundTable[]): Issue[] {
  const { sheet, headerRow, columns, rows } = section;
  const isTold = (other: FoundTable) =>
    other.headerRow === headerRow && other.columns.roles.email === columns.roles.email;
  if (before.length === 0 || before.some(isTold)) return [];
  const letters = (role: ColumnRole) =>
    columns.roles[role] ? [`${role.replace('_', ' ')} ${columns.roles[role].map(columnLetter).join(' + ')}`] : [];
  const mapping = (['email', 'name', 'surname', 'full_name'] as const).flatMap(letters).join(', ');
  const make = createIssues(sheet.name, (headerRow ?? rows[0])?.number);
  if (!headerRow) {
    const message = `A list without a header starts here; its rows count too, with ${mapping}. Delete them if they should get no key.`;
    return [make('no_header', undefined, message)];
  }
  const message = `A second header with other columns starts here; the rows below it count too, with ${mapping}. Delete them if they should get no key.`;
  return [make('second_header', undefined, message)];
}

/** A column that is another person's in a group of the same row is not skipped. */
function withGroups(table: FoundTable): FoundTable {
  const used = personGroups(table).flatMap(({ columns }) => columns.roles.email ?? []);
  const othersEmails = table.columns.othersEmails.filter((column) => !used.includes(column));
  return { ...table, columns: { ...table.columns, othersEmails } };
}

function groupNotice(table: FoundTable): Issue[] {
  const groups = personGroups(table);
  if (groups.length < 2) return [];
  const emails = groups.map(({ columns }) => (columns.roles.email ?? []).map(columnLetter).join(' + ')).join(', ');
  const message = `Each row has columns for ${groups.length} participants, with their email addresses in columns ${emails}; each participant gets a key.`;
  return [createIssues(table.sheet.name, table.headerRow?.number)('several_people_split', undefined, message)];
}

/** The topmost list heads the roster's own table, which has the rows of all lists. */
function topTable(table: FoundTable, [first, ...others]: readonly FoundTable[]): FoundTable {
  if (!first || others.length === 0) return table;
  const rows = table.sheet.rows.filter(({ number }) =>
    first.headerRow ? number > first.headerRow.number : number >= (first.rows[0]?.number ?? 0),
  );
  return { ...first, sheet: table.sheet, rows };
}

function roster(
  book: Book,
  table: FoundTable,
  participants: Participant[],
  problems: Issue[],
  notices: Issue[],
): Roster {
  const columns: ColumnMapping = {};
  for (const role of COLUMN_ROLES) {
    const found = table.columns.roles[role];
    if (found) columns[role] = found.map(columnLetter);
  }
  const header_row = table.headerRow?.number ?? null;
  return {
    file: book.file,
    sheet: table.sheet.name,
    header_row,
    columns,
    participants,
    problems,
    notices,
    table: sourceTable(table),
  };
}

function noParticipants(book: Book, problems: Issue[], notices: readonly Issue[]): Error {
  const leftOut = notices.filter(({ code }) => code === 'status_left_out' || code === 'role_left_out');
  if (problems.length === 0 && leftOut.length > 0) {
    return usageError('no_participants', `Every row of ${safeText(book.file)} is left out by its status or role.`, {
      hint: 'To include rows by their status, add --include-status <value>',
      issues: leftOut,
    });
  }
  if (problems.length === 0) {
    return usageError('no_rows', `${safeText(book.file)} has no rows of participants.`, {
      hint: 'Fill in the table below the header.',
    });
  }
  const numbers = [...new Set(problems.flatMap(({ row }) => row ?? []))];
  const listed = `${numbers.slice(0, 20).join(', ')}${numbers.length > 20 ? ' …' : ''}`;
  return usageError(
    'no_participants',
    `No row of ${safeText(book.file)} can be used; ${numbers.length === 1 ? 'row' : 'rows'} ${listed} ${numbers.length === 1 ? 'has a problem' : 'have problems'}.`,
    {
      hint: 'Correct the rows and try again.',
      issues: [...problems, ...leftOut],
    },
  );
}
