import { cellText, plainWords } from './clean-text.ts';
import { parseEmailCell } from './email-cell.ts';
import { chosenHeadings, type FoundTable, findTable, fixedAmong } from './find-table.ts';
import { OTHER_PERSON } from './header-words.ts';
import type { SheetRow } from './sheet.ts';
import { tableSections } from './table-sections.ts';

/** What stands above a table: lists of their own, and rows with an address that belong to none. */
export interface Above {
  sections: FoundTable[];
  strays: SheetRow[];
  /** rows of a list that its title or its headings give to somebody else: `Host Details` */
  others: SheetRow[];
}

/** nobody puts more lists above each other; it bounds what a hostile file can ask for */
const DEEPEST = 20;

/** The best header of a sheet may stand below other lists; they are read by their own header, or by content. */
export function tablesAbove(table: FoundTable, depth = 0): Above {
  const first = table.headerRow?.number ?? table.rows[0]?.number ?? 0;
  const end = table.sheet.rows.findIndex(({ number }) => number >= first);
  const rows = table.sheet.rows.slice(0, Math.max(0, end));
  const withAddress = rows.filter(hasAddress);
  if (withAddress.length === 0) return { sections: [], strays: [], others: [] };
  const found = depth < DEEPEST ? withChosen(findTable({ ...table.sheet, rows }, {}), table.columnMap) : undefined;
  const email = found?.columns.roles.email;
  if (!found || !email) return { sections: [], strays: withAddress, others: [] };
  if (!(found.headerRow && !found.columns.emailByContent ? isHeadedList(found) : isList(found)))
    return { sections: [], strays: withAddress, others: [] };
  const above = tablesAbove(found, depth + 1);
  if (isTitledForOthers(found)) return { ...above, others: [...above.others, ...found.rows.filter(hasAddress)] };
  return { sections: [...above.sections, ...tableSections(found)], strays: above.strays, others: above.others };
}

/** The user's own choice of columns, where this list has them. */
function withChosen(found: FoundTable, columnMap: FoundTable['columnMap']): FoundTable {
  const all = new Set(found.rows.flatMap(({ cells }) => cells.map(({ column }) => column)));
  const chosen = fixedAmong(columnMap, found.headings, all);
  const roles = { ...found.columns.roles, ...Object.fromEntries(chosen) };
  const headings = chosenHeadings(found.headings, chosen);
  return { ...found, columnMap, headings, columns: { ...found.columns, roles } };
}

/** One row below headings that are not all about people is a report's own data, such as a meeting and its host. */
function isHeadedList({ headings, rows }: FoundTable): boolean {
  const theirs = headings.some(({ role }) => role?.role === 'email' && role.whose !== 'other');
  return (
    theirs && (rows.filter(hasAddress).length > 1 || headings.every(({ role, text }) => role || text.trim() === ''))
  );
}

function isTitledForOthers({ sheet, headerRow }: FoundTable): boolean {
  const title = headerRow && sheet.rows[sheet.rows.indexOf(headerRow) - 1];
  const text = title?.cells.length === 1 ? cellText(title.cells[0]?.value) : '';
  return OTHER_PERSON.test(plainWords(text));
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

/** True when a cell holds an address. */
export function hasAddress({ cells }: SheetRow): boolean {
  return cells.some(({ value }) => {
    const text = cellText(value);
    return /[@＠]/.test(text) && parseEmailCell(text).found.length > 0;
  });
}
