import { cellText, plainWords } from './clean-text.ts';
import { parseEmailCell } from './email-cell.ts';
import type { FoundTable } from './find-table.ts';
import { OTHER_PERSON } from './header-words.ts';
import type { SheetRow } from './sheet.ts';

/** True when a cell holds an address. */
export function hasAddress({ cells }: SheetRow): boolean {
  return cells.some(({ value }) => {
    const text = cellText(value);
    return /[@＠]/.test(text) && parseEmailCell(text).found.length > 0;
  });
}

/** An address and nothing else in a cell is somebody who was put into the wrong column, not a note. */
export function hasBareAddress(row: SheetRow): boolean {
  if (!hasAddress(row)) return false;
  return row.cells.some(({ value }) => {
    const { found, problems } = parseEmailCell(cellText(value));
    return found.length > 0 && problems.length === 0;
  });
}

/** Whether what was found beside a sheet's main table is a list of participants too. */
export function isListOfPeople(found: FoundTable): boolean {
  if (!found.columns.roles.email) return false;
  return found.headerRow && !found.columns.emailByContent ? isHeadedList(found) : isList(found);
}

/** One row below headings that are not all about people is a report's own data, such as a meeting and its host. */
function isHeadedList({ headings, rows }: FoundTable): boolean {
  const theirs = headings.some(({ role }) => role?.role === 'email' && role.whose !== 'other');
  return (
    theirs && (rows.filter(hasAddress).length > 1 || headings.every(({ role, text }) => role || text.trim() === ''))
  );
}

/** Rows without a header are a list where there are several of the same form, and none of them names an organizer or has a label. */
function isList({ rows }: FoundTable): boolean {
  const people = rows.filter(hasAddress);
  const strange = people.some(({ cells }) =>
    cells.some(({ value }) => {
      const text = cellText(value);
      return /:\s*$|^[^@]{1,40}:\s/u.test(text) || (!text.includes('@') && OTHER_PERSON.test(plainWords(text)));
    }),
  );
  return people.length > 1 && !strange;
}

/** A list whose title gives it to somebody else: `Host Details`. */
export function isTitledForOthers(found: FoundTable): boolean {
  return OTHER_PERSON.test(plainWords(titleAbove(found)));
}

/** The only cell of the row above a list's header; empty where there is none. */
export function titleAbove({ sheet, headerRow }: FoundTable): string {
  const title = headerRow && sheet.rows[sheet.rows.indexOf(headerRow) - 1];
  return title?.cells.length === 1 ? cellText(title.cells[0]?.value) : '';
}
