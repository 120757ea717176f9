import type { Issue } from '../errors.ts';
import { attendanceCheck } from './attendance.ts';
import { cellText } from './clean-text.ts';
import { parseEmailCell } from './email-cell.ts';
import type { ColumnMap, FoundTable } from './find-table.ts';
import { createIssues } from './issues.ts';
import { loneText, type TitleSays, titleSays } from './list-titles.ts';
import { hasBareAddress, titleAbove } from './lists.ts';
import { personGroups } from './person-groups.ts';
import { rowKinds } from './row-kind.ts';
import { type RowPerson, rowPerson } from './row-person.ts';
import { safeText } from './safe-text.ts';
import { cellAt, type SheetRow } from './sheet.ts';
import { type SkippedRow, strayRow, straysInHeader } from './skipped-rows.ts';
import { tallMerges } from './tall-merges.ts';
import { teamRows } from './team-rows.ts';

export interface ReadRowsOptions {
  /** the user says by hand where the addresses are: nobody else is looked for */
  columnMap?: ColumnMap;
  namesOnly?: boolean;
  includeStatus?: readonly string[];
  excludeRole?: readonly string[];
  now: Date;
}

/** Reads the rows of all lists of a sheet. Every row with an address becomes a person, a problem or a notice. */
export function readRows(
  sections: readonly FoundTable[],
  options: ReadRowsOptions,
  problems: Issue[],
  notices: Issue[],
): { rows: RowPerson[]; skipped: SkippedRow[] } {
  const rows: RowPerson[] = [];
  const skipped: SkippedRow[] = [];
  const mapped = options.columnMap?.email !== undefined;
  for (const [at, section] of sections.entries()) {
    let title = titleSays(titleAbove(section));
    const views = mapped ? [section] : personGroups(section);
    const whole = views.length > 1 ? allOf(section, views) : section;
    const kindOf = rowKinds(whole, sections[at + 1]?.headerRow);
    const choice = { includeStatus: options.includeStatus ?? [], excludeRole: options.excludeRole ?? [] };
    // Lists side by side have a status each; one status of a row is that of all its people otherwise.
    const apart = views.some(({ headings }) => headings !== section.headings);
    const merges = tallMerges(section.sheet);
    const takesPart = apart ? () => true : attendanceCheck(whole, choice, merges);
    const each = views.map((view) => ({
      view,
      comes: apart ? attendanceCheck(view, choice, merges, true) : () => true,
    }));
    const rowOptions = { namesOnly: options.namesOnly ?? false, now: options.now, merges };
    problems.push(...straysInHeader(section.sheet.name, section.headerRow));
    for (const row of section.rows) {
      const kind = kindOf(row);
      if (kind === 'person') {
        // Also in a row that is left out: who stands beside may take part.
        notices.push(...unusedAddresses(row, whole));
        if (!takesPart(row, notices)) continue;
        if (title) notices.push(underTitle(section.sheet.name, row, title));
        for (const { view, comes } of each) {
          if (views.length > 1 && !isFilled(row, view)) continue;
          if (!comes(row, notices)) continue;
          const team = teamRows(row, view);
          if (team.length > 1) notices.push(teamNotice(section.sheet.name, row, team.length));
          for (const one of team) {
            const person = rowPerson(one, view, rowOptions, problems, notices);
            if (person) rows.push(person);
          }
        }
      } else if (kind !== 'blank') {
        if (kind !== 'header' && hasBareAddress(row)) problems.push(strayRow(section.sheet.name, row));
        else skipped.push({ row, kind });
        if (kind === 'heading' || kind === 'note') title = titleSays(loneText(row));
      }
    }
  }
  return { rows, skipped };
}

/** A person below a title such as "Waiting list" or "Teachers". */
function underTitle(sheet: string, { number }: SheetRow, { code, title }: TitleSays): Issue {
  const message =
    code === 'role_staff'
      ? `Gets a key although the title above is "${safeText(title)}". Delete the row if it should get no key.`
      : `Kept, but the title above says "${safeText(title)}". If this participant does not take part, delete the row.`;
  return createIssues(sheet, number)(code, undefined, message, title);
}

/** Addresses in columns that are not used: a guest's, a mentor's, one in a comment. */
function unusedAddresses(row: SheetRow, { sheet, columns, ownColumns }: FoundTable): Issue[] {
  const used = columns.roles.email ?? [];
  const foreign = row.cells.filter(
    ({ column, value }) => typeof value === 'string' && value.includes('@') && !used.includes(column),
  );
  if (foreign.length === 0) return [];
  const own = new Set(
    used.flatMap((column) => parseEmailCell(cellText(cellAt(row, column)?.value)).found.map(({ key }) => key)),
  );
  return foreign.flatMap(({ column, value }) => {
    if (ownColumns.includes(column)) return [];
    const { found } = parseEmailCell(cellText(value));
    if (found.every(({ key }) => own.has(key))) return [];
    const message = 'The email address in this cell is not used: it seems to be somebody else’s.';
    return [createIssues(sheet.name, row.number)('other_address', column, message, cellText(value))];
  });
}

function teamNotice(sheet: string, { number }: SheetRow, people: number): Issue {
  const message = `This row holds ${people} people, one per line; each gets a key.`;
  return createIssues(sheet, number)('several_people_split', undefined, message);
}

/** The columns of all people of a row, for telling people from headings and notes. */
function allOf(section: FoundTable, views: readonly FoundTable[]): FoundTable {
  const union = (role: 'email' | 'name' | 'surname' | 'full_name') =>
    views.flatMap(({ columns }) => columns.roles[role] ?? []);
  const roles = { ...section.columns.roles };
  for (const role of ['email', 'name', 'surname', 'full_name'] as const) {
    const columns = union(role);
    if (columns.length > 0) roles[role] = columns;
    else delete roles[role];
  }
  return { ...section, columns: { ...section.columns, roles } };
}

function isFilled(row: SheetRow, { columns: { roles } }: FoundTable): boolean {
  const columns = [roles.email, roles.name, roles.surname, roles.full_name].flatMap((found) => found ?? []);
  return columns.some((column) => cellText(cellAt(row, column)?.value).trim() !== '');
}
