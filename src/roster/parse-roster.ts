import { type Issue, usageError } from '../errors.ts';
import { cellText } from './clean-text.ts';
import type { ColumnMap, FoundTable } from './find-table.ts';
import { createIssues } from './issues.ts';
import type { ColumnMapping, ColumnRole, Participant, Roster } from './participant.ts';
import { passUsable } from './participant-schema.ts';
import { findPeople } from './people.ts';
import { pickSheet } from './pick-sheet.ts';
import { type RowKind, rowKinds } from './row-kind.ts';
import { type RowPerson, rowPerson } from './row-person.ts';
import { safeText } from './safe-text.ts';
import { type Book, columnLetter, type SheetRow } from './sheet.ts';
import { sourceTable } from './source-table.ts';
import { tableNotices } from './table-notices.ts';
import { tableSections } from './table-sections.ts';
import { tallMerges } from './tall-merges.ts';

export interface RosterOptions {
  /** a sheet's name or its number from 1; default: the one that has a roster */
  sheet?: string;
  /** role → headings or letters, where the user maps by hand */
  columnMap?: ColumnMap;
  /** people are told apart by name; addresses may be missing */
  namesOnly?: boolean;
  /** the same address under two names makes two people */
  sharedEmails?: boolean;
  /** expiries before it are problems */
  now: Date;
}

/**
 * Understands a roster: finds sheet, header and columns, reads each row, merges the rows of one person. All problems of all rows come at once.
 * Throws CliError (exit 2) no_rows, no_header, no_email_column, no_participants, ambiguous_sheet, unknown_sheet or unknown_column where it yields no one.
 */
export function parseRoster(book: Book, options: RosterOptions): Roster {
  const namesOnly = options.namesOnly ?? false;
  const table = pickSheet(book, options.sheet, options.columnMap ?? {}, namesOnly);
  const problems: Issue[] = [];
  const notices: Issue[] = tableNotices(book, table);
  const rows: RowPerson[] = [];
  const merges = tallMerges(table.sheet);
  const skipped: { row: SheetRow; kind: keyof typeof SKIPPED }[] = [];
  const mapped = Object.keys(options.columnMap ?? {}).length > 0;
  for (const section of mapped ? [table] : tableSections(table)) {
    if (section.headerRow !== table.headerRow) notices.push(...sectionNotice(section));
    const kindOf = rowKinds(section);
    for (const row of section.rows) {
      const kind = kindOf(row);
      if (kind === 'person') {
        const person = rowPerson(row, section, { namesOnly, now: options.now, merges }, problems, notices);
        if (person) rows.push(person);
      } else if (kind !== 'blank') skipped.push({ row, kind });
    }
  }
  for (const { row, kind } of skipped.slice(0, SKIPPED_TOLD)) notices.push(skippedNotice(table.sheet.name, row, kind));
  notices.push(...furtherSkipped(table.sheet.name, skipped.slice(SKIPPED_TOLD)));
  const people = {
    sheet: table.sheet.name,
    emailColumn: table.columns.roles.email?.[0],
    namesOnly,
    sharedEmails: options.sharedEmails ?? false,
  };
  const participants = passUsable(findPeople(rows, people, problems, notices), table.sheet.name, problems);
  problems.sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
  if (participants.length === 0) throw noParticipants(book, problems);
  return roster(book, table, participants, problems, notices);
}

function sectionNotice({ sheet, headerRow, columns }: FoundTable): Issue[] {
  if (!headerRow) return [];
  const letters = (role: ColumnRole) =>
    columns.roles[role] ? [`${role.replace('_', ' ')} ${columns.roles[role].map(columnLetter).join(' + ')}`] : [];
  const mapping = (['email', 'name', 'surname', 'full_name'] as const).flatMap(letters).join(', ');
  const message = `A second header with other columns starts here; the rows below it count too, with ${mapping}. Delete them if they should get no key.`;
  return [createIssues(sheet.name, headerRow.number)('second_header', undefined, message)];
}

function skippedNotice(sheet: string, row: SheetRow, kind: keyof typeof SKIPPED): Issue {
  const first = row.cells[0];
  return createIssues(sheet, row.number)(
    `skipped_${kind}`,
    first?.column,
    SKIPPED[kind],
    first ? cellText(first.value) : '',
  );
}

/** more than a person would read */
const SKIPPED_TOLD = 1_000;

function furtherSkipped(sheet: string, rows: readonly { row: SheetRow }[]): Issue[] {
  const [first, last] = [rows[0]?.row.number, rows.at(-1)?.row.number];
  if (first === undefined || last === undefined) return [];
  const message = `${rows.length} more rows without anybody between row ${first} and row ${last} were skipped.`;
  return [createIssues(sheet, first)('skipped_more', undefined, message)];
}

const SKIPPED: Record<Exclude<RowKind, 'blank' | 'person'>, string> = {
  header: 'This row repeats the header and was skipped.',
  heading: 'This row looks like a heading between participants and was skipped.',
  total: 'This row looks like a total and was skipped.',
  note: 'This row looks like a note and was skipped.',
  platform: 'This row was added by the learning platform and was skipped.',
};

function roster(
  book: Book,
  table: FoundTable,
  participants: Participant[],
  problems: Issue[],
  notices: Issue[],
): Roster {
  const columns: ColumnMapping = {};
  for (const role of ['email', 'name', 'surname', 'full_name', 'limit', 'expires', 'group', 'id', 'api_key'] as const) {
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

function noParticipants(book: Book, problems: Issue[]): Error {
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
      issues: problems,
    },
  );
}
